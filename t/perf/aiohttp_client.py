#!/usr/bin/python3
"""aiohttp_client.py URL PNG N C - what a client in Python costs: it sends a
page N times, C in flight, as requests for DeepSeek-OCR to URL (with no path).

A line of JSON: pages, failed, seconds, pages_per_second, cpu_ms_per_page. The
page is encoded anew each time, as a client of many pages has to. Needs
python3-aiohttp."""
import asyncio
import base64
import json
import resource
import sys
import time

import aiohttp

XARGS = {'ngram_size': 30, 'window_size': 90, 'whitelist_token_ids': [128821, 128822]}


def request(png):
    """The body, as json.dumps makes it of what every client builds."""
    url = 'data:image/png;base64,' + base64.b64encode(png).decode('ascii')
    return json.dumps({
        'model': 'deepseek-ai/DeepSeek-OCR',
        'messages': [{'role': 'user', 'content': [
            {'type': 'image_url', 'image_url': {'url': url}},
            {'type': 'text', 'text': '<|grounding|>Convert the document to markdown.'}]}],
        'temperature': 0.0, 'max_tokens': 2048, 'skip_special_tokens': False,
        'vllm_xargs': XARGS}).encode('ascii')


async def ask(session, url, png):
    headers = {'Content-Type': 'application/json'}
    async with session.post(url, data=request(png), headers=headers) as response:
        answer = await response.json()
        return response.status == 200 and bool(answer['choices'][0]['message']['content'])


async def work(session, url, png, left):
    """Pages until none is left; returns how many failed."""
    failed = 0
    while left:
        left.pop()
        try:
            failed += not await ask(session, url, png)
        except (aiohttp.ClientError, KeyError, ValueError):
            failed += 1
    return failed


async def main(url, name, pages, in_flight):
    with open(name, 'rb') as file:
        png = file.read()
    left = [None] * pages
    began = time.monotonic()
    limits = aiohttp.TCPConnector(limit=in_flight)
    timeout = aiohttp.ClientTimeout(total=600)
    async with aiohttp.ClientSession(connector=limits, timeout=timeout) as session:
        failed = sum(await asyncio.gather(*(
            work(session, url + '/v1/chat/completions', png, left) for _ in range(in_flight))))
    took = time.monotonic() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        'pages': pages, 'failed': failed, 'seconds': round(took, 3),
        'pages_per_second': round(pages / took, 1),
        'cpu_ms_per_page': round((usage.ru_utime + usage.ru_stime) * 1000 / pages, 3),
        'max_rss_kib': usage.ru_maxrss}))
    return 1 if failed else 0


if __name__ == '__main__':
    if len(sys.argv) != 5:
        sys.exit('usage: aiohttp_client.py URL PNG N C')
    sys.exit(asyncio.run(main(sys.argv[1].rstrip('/'), sys.argv[2], int(sys.argv[3]),
                              int(sys.argv[4]))))
