#include "ledger/priv.h"

int64_t
jobs_version(struct jobs *j)
{
	return j->db->session->version(j->db);
}

int64_t
jobs_session_new(struct jobs *j, struct err *e)
{
	return j->db->session->make(j->db, e);
}

void
jobs_session_end(struct jobs *j, int64_t session)
{
	j->db->session->end(j->db, session);
}

void
jobs_session_leave(struct jobs *j, int64_t session)
{
	j->db->session->leave(j->db, session);
}

long
jobs_held(struct jobs *j, int64_t session, struct err *e)
{
	return j->db->session->held(j->db, session, e);
}

long
jobs_undone(struct jobs *j, int64_t session, jobs_died_fn *died, void *arg, struct err *e)
{
	return j->db->session->undone(j->db, session, died, arg, e);
}

long
jobs_changed(struct jobs *j, int64_t session, struct err *e)
{
	return j->db->session->changed(j->db, session, e);
}

int
jobs_released(struct jobs *j, int64_t session, int64_t *after, struct err *e)
{
	return j->db->session->released(j->db, session, after, e);
}

int
jobs_troubled(struct jobs *j, const struct jobs_streak *s, struct jobs_trouble *t, struct err *e)
{
	*t = (struct jobs_trouble){ .near = 0 };
	return j->db->session->troubled(j->db, s, t, e);
}

long
jobs_forgive(struct jobs *j, const struct jobs_streak *s, struct err *e)
{
	return j->db->session->forgive(j->db, s, e);
}

int
jobs_renew(struct jobs *j, int64_t session, long lease_ms, struct err *e)
{
	return j->db->session->renew(j->db, session, lease_ms, e);
}
