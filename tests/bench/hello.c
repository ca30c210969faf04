/* The least that a C program can do: what start-up is measured against. */
#include <stdio.h>

int main(void)
{
	puts("hello");
	return 0;
}
