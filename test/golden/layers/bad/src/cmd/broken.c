int broken(void)
{
    return
}
