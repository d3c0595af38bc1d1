// A requester as a console program of C: its main function takes char, and prints nothing wide.

#include <stdlib.h>

#define wmain BackUpWide
#include "full_backup_main.cpp"
#undef wmain

int main(int argc, char* argv[]) {
  WCHAR words[4][MAX_PATH];
  WCHAR* pointers[4];
  if (argc > 4) return 2;
  for (int i = 0; i < argc; ++i) {
    if (MultiByteToWideChar(CP_ACP, 0, argv[i], -1, words[i], MAX_PATH) == 0) return 2;
    pointers[i] = words[i];
  }
  return BackUpWide(argc, pointers);
}
