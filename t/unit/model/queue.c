/* model: how many requests wait is read of metrics, and of nothing like them. */
#include <string.h>

#include "model/queue.h"
#include "unit/check.h"

static long
waiting(const char *text)
{
	struct queue q;

	return queue_read(&q, text, strlen(text)) ? (long)q.waiting : -1;
}

static void
running_is_told(void)
{
	static const char text[] = "vllm:num_requests_running{engine=\"0\"} 7.0\n"
				   "vllm:num_requests_waiting{engine=\"0\"} 3.0\n"
				   "vllm:num_requests_running{engine=\"1\"} 2.0\n";
	struct queue q;

	CHECK(queue_read(&q, text, sizeof(text) - 1) && q.running == 9 && q.waiting == 3);
	CHECK(queue_read(&q, "vllm:num_requests_waiting 5\n", 28) && q.running == 0);
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
	running_is_told();
	return 0;
}
