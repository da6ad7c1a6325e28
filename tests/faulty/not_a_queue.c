/* not_a_queue.c - a shared object that has nothing to do with queues. */
int answer(void);
int answer(void)
{
    return 42;
}
