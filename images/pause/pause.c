/* Waits for a signal to end, and reaps orphans: with a shared process namespace it is process 1. */
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

static void reap(int signal_number) {
  (void)signal_number;
  while (waitpid(-1, NULL, WNOHANG) > 0) {
  }
}

static void end(int signal_number) {
  (void)signal_number;
  _exit(0);
}

int main(void) {
  struct sigaction reaping = {.sa_handler = reap, .sa_flags = SA_NOCLDSTOP};
  struct sigaction ending = {.sa_handler = end};
  if (sigaction(SIGCHLD, &reaping, NULL) || sigaction(SIGTERM, &ending, NULL) ||
      sigaction(SIGINT, &ending, NULL)) {
    return 1;
  }
  for (;;) {
    pause();
  }
}
