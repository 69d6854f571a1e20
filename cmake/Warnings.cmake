# The warnings that every target of the project builds with; errors, so that none is looked past.
add_library(gsmflash_warnings INTERFACE)
target_compile_options(gsmflash_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wundef -Wvla
  -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Werror)
