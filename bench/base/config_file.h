/* config_file.h - a command's options in a file: sections of `key = value` lines.

       # a comment; also behind a value, after a blank
       [global]                     what holds for all sections
       queue = ck-ring-spsc, spsc-ring
       [one by one]
       workers = 1                  what the option of that name takes
       workers += 3,4,5             the option given once more
       output = "a # in quotes"     with \" \\ \n \t inside

   Keys are the names of the options. A flag is `yes` or `no`. Blanks around names and values do not matter,
   nor do those behind the commas of a value that is not in quotes. */
#ifndef BENCH_CONFIG_FILE_H
#define BENCH_CONFIG_FILE_H

#include "base/settings.h"

#include <stdio.h>

enum { CONFIG_SECTIONS = 256, CONFIG_NAME_SIZE = 64, CONFIG_LINE = 32 << 10 /* bytes */ };

#define CONFIG_GLOBAL "global"

struct config_section {
    char name[CONFIG_NAME_SIZE];
    size_t line; /* of its heading */
    struct settings settings;
};

struct config_file {
    const char *path;                /* the caller's */
    struct config_section global;    /* all zero but for its settings, where the file has none */
    struct config_section *sections; /* the others, in the order of the file; owned */
    size_t count;
};

/* Reads a file, or a text in memory that is called `path`, for the options of a command; what the values mean
   is not looked at. `path` must outlive the file. 0, or -1 with a sentence that names file and line: not
   there, no text, a line that is none of those above or too long, a key that is no option (with the nearest),
   given twice, or outside a section, a section that is there twice, no section at all. Release with
   config_release in any case. */
int config_read(struct config_file *file, const char *path, const struct command_spec *command,
                struct fault *fault);
int config_read_text(struct config_file *file, const char *text, const char *path,
                     const struct command_spec *command, struct fault *fault);
void config_release(struct config_file *file);

/* Writes what an option was given as lines that are read back as the same texts. */
void config_write(const struct option_spec *option, const struct setting *setting, FILE *out);

#endif
