/* config_file.c - see config_file.h. */
#include "base/config_file.h"

#include "base/fault.h"
#include "base/lines.h"
#include "base/suggest.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct lines_kind campaign_files = {"a campaign file", CONFIG_LINE};

struct reading {
    struct lines lines;
    struct config_file *file;
    const struct command_spec *command;
    struct config_section *section; /* the last heading's; null: before the first */
    struct fault *fault;
};

__attribute__((format(printf, 2, 3))) static int refuse(const struct reading *reading, const char *format,
                                                        ...)
{
    char what[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return fault_set(reading->fault, "line %zu of '%s' %s", reading->lines.number, reading->lines.path, what);
}

/* --- parts of a line --- */

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t';
}

/* Takes the blanks from both ends, in place. */
static char *trim(char *text)
{
    size_t length;
    while (is_blank(*text))
        text++;
    for (length = strlen(text); length && is_blank(text[length - 1]); length--)
        ;
    text[length] = '\0';
    return text;
}

/* Cuts off a comment: a '#' at the beginning or behind a blank, but not inside quotes; or a ';' at the
   beginning, as other programs' files have it. */
static void cut_comment(char *line)
{
    bool quoted = false;
    for (char *at = line; *at; at++) {
        bool starts = at == line || is_blank(at[-1]);
        if (quoted && *at == '\\' && at[1])
            at++;
        else if (*at == '"' && (quoted || starts || at[-1] == '='))
            quoted = !quoted;
        else if (!quoted && starts && (*at == '#' || (*at == ';' && at == line)))
            *at = '\0';
        if (!*at)
            return;
    }
}

/* Takes away the quotes and what is escaped in them, in place; null with a sentence. */
static char *unquote(const struct reading *reading, char *text)
{
    static const char letters[] = "\"\\nt", meanings[] = "\"\\\n\t";
    char *to = text, *from = text + 1;
    for (; *from && *from != '"'; from++) {
        const char *letter = *from == '\\' && from[1] ? strchr(letters, from[1]) : NULL;
        if (*from == '\\' && !letter) {
            refuse(reading, "has a '\\%.1s' in its quotes: only \\\", \\\\, \\n and \\t mean something there",
                   from + 1);
            return NULL;
        }
        *to++ = letter ? meanings[letter - letters] : *from;
        from += letter != NULL;
    }
    if (from[0] != '"' || from[1]) {
        refuse(reading, from[0] ? "has something behind its closing quote: put it inside, or leave it out"
                                : "opens a quote that is not closed");
        return NULL;
    }
    *to = '\0';
    return text;
}

/* Takes out the blanks behind commas, in place. */
static char *close_list(char *text)
{
    char *to = text;
    for (char *from = text; *from; from++) {
        bool gap = is_blank(*from) && to > text && to[-1] == ',';
        if (*from == ',')
            while (to > text && is_blank(to[-1]))
                to--;
        if (!gap)
            *to++ = *from;
    }
    *to = '\0';
    return text;
}

/* --- lines --- */

static struct config_section *find_section(struct config_file *file, const char *name)
{
    if (strcmp(name, CONFIG_GLOBAL) == 0)
        return &file->global;
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->sections[i].name, name) == 0)
            return &file->sections[i];
    return NULL;
}

static int open_section(struct reading *reading, const char *name)
{
    struct config_file *file = reading->file;
    struct config_section *section = find_section(file, name);
    if (section && section->line)
        return refuse(reading, "has the section [%s] a second time: the first is in line %zu", name,
                      section->line);
    if (!section) {
        if (file->count == CONFIG_SECTIONS)
            return refuse(reading, "has one more section than the %d that a file may have", CONFIG_SECTIONS);
        section = &file->sections[file->count];
        if (settings_make(&section->settings, reading->command, reading->fault))
            return -1;
        file->count++;
    }
    strcpy(section->name, name);
    section->line = reading->lines.number;
    section->settings.path = file->path;
    reading->section = section;
    return 0;
}

static int read_heading(struct reading *reading, char *line)
{
    size_t length = strlen(line);
    if (line[length - 1] != ']')
        return refuse(reading, "opens a section and has no ']' at its end");
    line[length - 1] = '\0';
    char *name = trim(line + 1);
    if (!*name || strpbrk(name, "[]"))
        return refuse(reading, "has no name for its section: write it as [name]");
    if (strlen(name) >= CONFIG_NAME_SIZE)
        return refuse(reading, "has too long a name for a section: at most %d bytes", CONFIG_NAME_SIZE - 1);
    return open_section(reading, name);
}

static int refuse_key(const struct reading *reading, const char *key)
{
    const struct command_spec *command = reading->command;
    const char **names = calloc(command->option_count + 1, sizeof *names), *nearest = NULL;
    for (size_t i = 0; names && i < command->option_count; i++)
        names[i] = command->options[i].name;
    if (names)
        nearest = suggest_nearest(key, names, command->option_count);
    free(names);
    return nearest ? refuse(reading, "has a key '%.80s', which sluice %s does not know: did you mean '%s'?",
                            key, command->name, nearest)
                   : refuse(reading, "has a key '%.80s', which sluice %s does not know: --help lists all",
                            key, command->name);
}

static int read_value(struct reading *reading, const char *key, char *value, bool adds)
{
    struct config_section *section = reading->section;
    if (!section)
        return refuse(reading, "gives '%.80s' before the first section: write [global] above it", key);
    size_t option = settings_find(&section->settings, key);
    if (option == reading->command->option_count)
        return refuse_key(reading, key);
    const struct setting *known = &section->settings.of[option];
    if (known->count && !adds)
        return refuse(reading, "gives '%s' a second time: the first is in line %zu; += adds to it", key,
                      known->line[0]);
    if (!known->count && adds)
        return refuse(reading, "adds to '%s', which its section has not given: write =", key);
    if (!*value)
        return refuse(reading, "gives '%s' no value", key);
    value = *value == '"' ? unquote(reading, value) : close_list(value);
    return value ? settings_add(&section->settings, option, value, reading->lines.number, reading->fault)
                 : -1;
}

static int read_line(struct reading *reading, char *line)
{
    cut_comment(line);
    line = trim(line);
    char *sign = strchr(line, '=');
    if (!*line)
        return 0;
    if (*line == '[')
        return read_heading(reading, line);
    if (*line == '{')
        return refuse(reading, "is JSON and of no campaign file: records are gone on with by --resume");
    if (!sign || sign == line)
        return refuse(reading, "is neither a [section], nor key = value, nor a # comment");
    bool adds = sign > line && sign[-1] == '+';
    sign[adds ? -1 : 0] = '\0';
    return read_value(reading, trim(line), trim(sign + 1), adds);
}

/* Copies the line to `text`, unless it holds what no text does. */
static int copy_line(const struct reading *reading, char text[CONFIG_LINE + 1])
{
    size_t length = reading->lines.length;
    if (length && reading->lines.text[length - 1] == '\r')
        length--;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)reading->lines.text[i];
        if ((byte < ' ' && byte != '\t') || byte == 0x7f)
            return refuse(reading, "holds a byte 0x%02x: a campaign file is text", byte);
    }
    memcpy(text, reading->lines.text, length);
    text[length] = '\0';
    return 0;
}

static int read_lines(struct reading *reading)
{
    char *text = malloc(CONFIG_LINE + 1);
    int more = text ? 1 : fault_set(reading->fault, "out of memory");
    while (more == 1 && (more = lines_next(&reading->lines, reading->fault)) == 1)
        if (copy_line(reading, text) || read_line(reading, text))
            more = -1;
    free(text);
    if (more == 0 && !reading->section)
        return fault_set(reading->fault,
                         "'%s' has no section: a campaign file has [global], or sections of its own, with "
                         "key = value lines under them",
                         reading->file->path);
    return more;
}

/* --- the file --- */

static int read_file(struct reading *reading)
{
    struct config_file *file = reading->file;
    file->sections = calloc(CONFIG_SECTIONS, sizeof *file->sections);
    if (!file->sections)
        return fault_set(reading->fault, "out of memory");
    return settings_make(&file->global.settings, reading->command, reading->fault) || read_lines(reading) ? -1
                                                                                                          : 0;
}

int config_read(struct config_file *file, const char *path, const struct command_spec *command,
                struct fault *fault)
{
    struct reading reading = {.file = file, .command = command, .fault = fault};
    *file = (struct config_file){.path = path};
    int status = lines_open_kind(&reading.lines, path, &campaign_files, fault) ? -1 : read_file(&reading);
    lines_close(&reading.lines);
    return status;
}

int config_read_text(struct config_file *file, const char *text, const char *path,
                     const struct command_spec *command, struct fault *fault)
{
    struct reading reading = {.file = file, .command = command, .fault = fault};
    *file = (struct config_file){.path = path};
    int status =
        lines_open_text(&reading.lines, text, path, &campaign_files, fault) ? -1 : read_file(&reading);
    lines_close(&reading.lines);
    return status;
}

void config_release(struct config_file *file)
{
    settings_release(&file->global.settings);
    for (size_t i = 0; i < file->count; i++)
        settings_release(&file->sections[i].settings);
    free(file->sections);
    *file = (struct config_file){0};
}

/* --- writing --- */

/* Whether a text would be read back as another one. */
static bool needs_quotes(const char *text)
{
    size_t length = strlen(text);
    if (!length || *text == '"' || is_blank(*text) || is_blank(text[length - 1]))
        return true;
    for (; *text; text++)
        if (iscntrl((unsigned char)*text) || *text == '#' || (*text == ',' && is_blank(text[1])) ||
            (is_blank(*text) && text[1] == ','))
            return true;
    return false;
}

static void write_quoted(const char *text, FILE *out)
{
    putc('"', out);
    for (; *text; text++) {
        if (*text == '\n' || *text == '\t')
            fprintf(out, "\\%c", *text == '\n' ? 'n' : 't');
        else
            fprintf(out, "%s%c", strchr("\"\\", *text) ? "\\" : "", *text);
    }
    putc('"', out);
}

void config_write(const struct option_spec *option, const struct setting *setting, FILE *out)
{
    for (size_t i = 0; i < setting->count; i++) {
        fprintf(out, "%s %s ", option->name, i ? "+=" : "=");
        if (needs_quotes(setting->text[i]))
            write_quoted(setting->text[i], out);
        else
            fputs(setting->text[i], out);
        putc('\n', out);
    }
}
