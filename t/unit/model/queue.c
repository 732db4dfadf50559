/* model: how many requests wait is read of metrics, and of nothing like them. */
#include <string.h>

#include "model/queue.h"
#include "unit/check.h"

static long
waiting(const char *text)
{
	return queue_waiting(text, strlen(text));
}

int
main(void)
{
	CHECK(waiting("") == -1);
	CHECK(waiting("# HELP vllm:num_requests_waiting Number of requests.\n"
		      "# TYPE vllm:num_requests_waiting gauge\n") == -1);
	CHECK(waiting("vllm:num_requests_waiting{engine=\"0\",model_name=\"m\"} 12.0\n") == 12);
	CHECK(waiting("vllm:num_requests_waiting 0.0") == 0);
	/* Of several engines all. */
	CHECK(waiting("vllm:num_requests_running{engine=\"0\"} 7\n"
		      "vllm:num_requests_waiting{engine=\"0\"} 3\n"
		      "vllm:num_requests_waiting{engine=\"1\"} 4\n") == 7);
	CHECK(waiting("vllm:num_requests_waiting_total{engine=\"0\"} 3\n") == -1);
	CHECK(waiting("vllm:num_requests_waiting{engine=\"0\" 3\n") == -1);
	CHECK(waiting("vllm:num_requests_waiting{engine=\"0\"}\n") == -1);
	CHECK(waiting("vllm:num_requests_waiting{engine=\"0\"} NaN\n") == -1);
	CHECK(waiting("vllm:num_requests_waiting{engine=\"0\"} -1\n") == -1);
	CHECK(waiting("vllm:num_requests_waiting{engine=\"0\"} 1e300\n") == -1);
	CHECK(queue_waiting("vllm:num_requests_waiting 45", 27) == 4);
	return 0;
}
