/*
 * model/queue.h - how many requests wait at a server, by vLLM's /metrics.
 */
#ifndef MODEL_QUEUE_H
#define MODEL_QUEUE_H

#include <stddef.h>

/*
 * The sum of vllm:num_requests_waiting in a text of Prometheus' exposition format; -1:
 * it does not say.
 */
long queue_waiting(const char *text, size_t len);

#endif
