/*
 * model/queue.h - how many requests a server works on, and how many wait there, by
 * vLLM's /metrics.
 */
#ifndef MODEL_QUEUE_H
#define MODEL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct queue {
	double running, waiting; /* requests, of whomever */
};

/*
 * The sums of vllm:num_requests_running and vllm:num_requests_waiting in a text of
 * Prometheus' exposition format.  false: it does not say how many wait.
 */
bool queue_read(struct queue *, const char *text, size_t len);

#endif
