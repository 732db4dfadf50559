/*
 * proc/forget.h - secrets of the environment, for who opens documents of others.
 */
#ifndef PROC_FORGET_H
#define PROC_FORGET_H

/*
 * Overwrite the values of the process's environment that are or may hold secrets,
 * where they stand: of variables whose name says so (KEY, SECRET, TOKEN, PASS,
 * CREDENTIAL, AUTH), and addresses with a user before "@".  The variables stay,
 * empty.  What a fork does to its own memory its parent does not see.
 */
void forget_secrets(void);

#endif
