/* SPDX-License-Identifier: MIT */
#include "tool/capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/pcapng.h"

enum {
    RAW_BYTES = 64 * 1024,
    BLOCK_MAX_BYTES = 16 * 1024 * 1024,
    PORTS_MAX = 65536,
    TIME_DIGITS_MAX = 15,
    OPTION_HEADER_BYTES = 4,
};

struct option {
    unsigned code;
    const uint8_t *data;
    size_t size;
};

static uint16_t get16(const struct capture *capture, const uint8_t *from)
{
    uint16_t value;
    memcpy(&value, from, sizeof value);
    return capture->swapped ? __builtin_bswap16(value) : value;
}

static uint32_t get32(const struct capture *capture, const uint8_t *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return capture->swapped ? __builtin_bswap32(value) : value;
}

static uint64_t get64(const struct capture *capture, const uint8_t *from)
{
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return capture->swapped ? __builtin_bswap64(value) : value;
}

static size_t padded(size_t size)
{
    return (size + 3) & ~(size_t)3;
}

/* Takes the next option off what *from and *left describe; false: there is none. */
static bool next_option(const struct capture *capture, const uint8_t **from, size_t *left,
                        struct option *option)
{
    if (*left < OPTION_HEADER_BYTES)
        return false;
    option->code = get16(capture, *from);
    option->size = get16(capture, *from + 2);
    option->data = *from + OPTION_HEADER_BYTES;
    size_t whole = OPTION_HEADER_BYTES + padded(option->size);
    if (option->code == 0 || whole > *left)
        return false;
    *from += whole;
    *left -= whole;
    return true;
}

static void copy_text(char *to, size_t room, const struct option *option)
{
    size_t size = option->size < room - 1 ? option->size : room - 1;
    memcpy(to, option->data, size);
    to[size] = '\0';
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)to[i] < ' ' || to[i] == 0x7F)
            to[i] = '?';
}

static bool make_room(struct capture *capture, size_t bytes)
{
    if (bytes <= capture->room)
        return true;
    uint8_t *block = realloc(capture->block, bytes);
    if (block == NULL)
        return false;
    capture->block = block;
    capture->room = bytes;
    return true;
}

static size_t take(struct capture *capture, uint8_t *to, size_t size)
{
    size_t held = capture->held_bytes < size ? capture->held_bytes : size;
    memcpy(to, capture->held, held);
    memmove(capture->held, capture->held + held, capture->held_bytes - held);
    capture->held_bytes -= held;
    return held + fread(to + held, 1, size - held, capture->file);
}

static enum capture_result read_failed(const struct capture *capture, struct problem *problem)
{
    if (!ferror(capture->file))
        return CAPTURE_CUT;
    problem_set(problem, "can't be read: %s", strerror(errno));
    return CAPTURE_FAILED;
}

static enum capture_result damaged(const struct capture *capture, struct problem *problem)
{
    problem_set(problem, "makes no sense before byte %ld: damaged", ftell(capture->file));
    return CAPTURE_DAMAGED;
}

static enum capture_result read_raw(struct capture *capture, struct capture_record *record,
                                    struct problem *problem)
{
    size_t size = take(capture, capture->block, RAW_BYTES);
    if (size == 0)
        return ferror(capture->file) ? read_failed(capture, problem) : CAPTURE_END;
    *record =
        (struct capture_record){.direction = CAPTURE_UNKNOWN, .data = capture->block, .size = size};
    return CAPTURE_RECORD;
}

static bool add_port(struct capture *capture, const struct capture_port *port)
{
    if (capture->port_count == PORTS_MAX)
        return false;
    struct capture_port *ports = realloc(capture->ports, (capture->port_count + 1) * sizeof *ports);
    if (ports == NULL)
        return false;
    capture->ports = ports;
    ports[capture->port_count++] = *port;
    return true;
}

static bool take_interface(struct capture *capture, const uint8_t *body, size_t size)
{
    struct option option;
    if (size < PCAPNG_INTERFACE_BYTES)
        return false;
    struct capture_port port = {.time_digits = PCAPNG_MICROSECONDS,
                                .serial = get16(capture, body) == PCAPNG_LINK_RTAC_SERIAL};
    body += PCAPNG_INTERFACE_BYTES;
    size -= PCAPNG_INTERFACE_BYTES;
    while (next_option(capture, &body, &size, &option)) {
        if (option.code == PCAPNG_INTERFACE_NAME)
            copy_text(port.name, sizeof port.name, &option);
        else if (option.code == PCAPNG_INTERFACE_SPEED && option.size == 8)
            port.baud = (unsigned)get64(capture, option.data);
        else if (option.code == PCAPNG_INTERFACE_TIME && option.size == 1)
            port.time_digits = option.data[0];
    }
    return port.time_digits <= TIME_DIGITS_MAX && add_port(capture, &port);
}

static uint64_t in_microseconds(uint64_t time, unsigned digits)
{
    for (; digits < PCAPNG_MICROSECONDS; digits++)
        time *= 10;
    for (; digits > PCAPNG_MICROSECONDS; digits--)
        time /= 10;
    return time;
}

static enum capture_direction direction_of(uint8_t event, uint32_t flags)
{
    if (event == RTAC_SENT || event == RTAC_RECEIVED)
        return event == RTAC_SENT ? CAPTURE_HOST : CAPTURE_MODULE;
    if ((flags & PCAPNG_FLAG_DIRECTION) == PCAPNG_FLAG_SENT)
        return CAPTURE_HOST;
    return (flags & PCAPNG_FLAG_DIRECTION) == PCAPNG_FLAG_RECEIVED ? CAPTURE_MODULE
                                                                   : CAPTURE_UNKNOWN;
}

/* The note is ended where it lies: at least the block's length follows, and that has been read. */
static void take_packet_options(const struct capture *capture, uint8_t *body, size_t size,
                                uint32_t *flags, char **note)
{
    struct option option;
    const uint8_t *from = body;
    size_t note_size = 0;
    while (next_option(capture, &from, &size, &option)) {
        if (option.code == PCAPNG_PACKET_FLAGS && option.size == 4) {
            *flags = get32(capture, option.data);
        } else if (option.code == PCAPNG_COMMENT) {
            note_size = option.size;
            *note = (char *)body + (option.data - body);
        }
    }
    if (*note == NULL)
        return;
    (*note)[note_size] = '\0';
    for (size_t i = 0; i < note_size; i++)
        if ((unsigned char)(*note)[i] < ' ')
            (*note)[i] = ' ';
}

static bool take_packet(struct capture *capture, uint8_t *body, size_t size,
                        struct capture_record *record)
{
    uint32_t flags = 0;
    char *note = NULL;
    if (size < PCAPNG_PACKET_BYTES)
        return false;
    size_t port = capture->section_port + get32(capture, body);
    size_t captured = get32(capture, body + 12);
    if (port >= capture->port_count || captured > size - PCAPNG_PACKET_BYTES)
        return false;
    *record = (struct capture_record){.port = port};
    if (!capture->ports[port].serial || captured < RTAC_HEADER_BYTES) {
        capture->skipped++;
        return true;
    }
    uint64_t time = (uint64_t)get32(capture, body + 4) << 32 | get32(capture, body + 8);
    uint8_t *data = body + PCAPNG_PACKET_BYTES;
    size_t options = padded(captured);
    if (PCAPNG_PACKET_BYTES + options < size)
        take_packet_options(capture, data + options, size - PCAPNG_PACKET_BYTES - options, &flags,
                            &note);
    record->time_us = in_microseconds(time, capture->ports[port].time_digits);
    record->direction = direction_of(data[8], flags);
    record->data = data + RTAC_HEADER_BYTES;
    record->size = captured - RTAC_HEADER_BYTES;
    record->note = note;
    return true;
}

/* The byte order stands behind the length that it is needed for. */
static bool take_byte_order(struct capture *capture, const uint8_t *magic)
{
    capture->swapped = false;
    if (get32(capture, magic) == PCAPNG_BYTE_ORDER)
        return true;
    capture->swapped = true;
    return get32(capture, magic) == PCAPNG_BYTE_ORDER;
}

/* Reads a block into capture->block: its body behind type and length, its length behind that. */
static enum capture_result read_block(struct capture *capture, uint32_t *type, size_t *size,
                                      struct problem *problem)
{
    uint8_t *head = capture->block;
    size_t read = take(capture, head, PCAPNG_BLOCK_BYTES);
    if (read == 0 && !ferror(capture->file))
        return CAPTURE_END;
    if (read < PCAPNG_BLOCK_BYTES)
        return read_failed(capture, problem);
    *type = get32(capture, head);
    if (*type == PCAPNG_SECTION && !take_byte_order(capture, head + 8))
        return damaged(capture, problem);
    *size = get32(capture, head + 4);
    if (*size < PCAPNG_BLOCK_BYTES || *size % 4 != 0 || *size > BLOCK_MAX_BYTES)
        return damaged(capture, problem);
    if (!make_room(capture, *size)) {
        problem_set(problem, "no memory for a block of %zu bytes", *size);
        return CAPTURE_FAILED;
    }
    size_t rest = *size - PCAPNG_BLOCK_BYTES;
    if (take(capture, capture->block + PCAPNG_BLOCK_BYTES, rest) < rest)
        return read_failed(capture, problem);
    return get32(capture, capture->block + *size - 4) == *size ? CAPTURE_RECORD
                                                               : damaged(capture, problem);
}

static enum capture_result read_packet(struct capture *capture, struct capture_record *record,
                                       struct problem *problem)
{
    for (;;) {
        uint32_t type;
        size_t size;
        enum capture_result result = read_block(capture, &type, &size, problem);
        if (result != CAPTURE_RECORD)
            return result;
        uint8_t *body = capture->block + 8;
        size -= PCAPNG_BLOCK_BYTES;
        if (type == PCAPNG_SECTION)
            capture->section_port = capture->port_count;
        if (type == PCAPNG_INTERFACE && !take_interface(capture, body, size))
            return damaged(capture, problem);
        if (type != PCAPNG_PACKET)
            continue;
        if (!take_packet(capture, body, size, record))
            return damaged(capture, problem);
        if (record->size > 0 || record->note != NULL)
            return CAPTURE_RECORD;
    }
}

/* Looks at the first bytes; they are read again, as it may be a pipe. */
static bool detect_raw(struct capture *capture)
{
    static const uint8_t section[sizeof capture->held] = {0x0A, 0x0D, 0x0D, 0x0A};
    capture->held_bytes = fread(capture->held, 1, sizeof capture->held, capture->file);
    return capture->held_bytes < sizeof section ||
           memcmp(capture->held, section, sizeof section) != 0;
}

static bool open_file(struct capture *capture, const char *path, struct problem *problem)
{
    struct stat file;
    capture->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
    if (capture->file == NULL)
        problem_set(problem, "%s: can't be opened: %s; check its name and permissions", path,
                    strerror(errno));
    else if (fstat(fileno(capture->file), &file) == 0 && S_ISDIR(file.st_mode))
        problem_set(problem, "%s: is a directory; give the recorded file itself", path);
    else
        return true;
    return false;
}

static bool has_begun(struct capture *capture, const char *path, struct problem *problem)
{
    capture->raw = detect_raw(capture);
    if (ferror(capture->file))
        problem_set(problem, "%s: can't be read: %s", path, strerror(errno));
    else if (capture->held_bytes == 0)
        problem_set(problem, "%s: is empty; nothing was recorded", path);
    else
        return true;
    return false;
}

bool capture_open(struct capture *capture, const char *path, struct problem *problem)
{
    *capture = (struct capture){0};
    if (!open_file(capture, path, problem)) {
        capture_close(capture);
        return false;
    }
    if (!make_room(capture, RAW_BYTES)) {
        problem_set(problem, "%s: no memory to read it", path);
        capture_close(capture);
        return false;
    }
    if (has_begun(capture, path, problem) &&
        (!capture->raw || add_port(capture, &(struct capture_port){.serial = true})))
        return true;
    capture_close(capture);
    return false;
}

void capture_close(struct capture *capture)
{
    if (capture->file != NULL && capture->file != stdin)
        fclose(capture->file);
    free(capture->ports);
    free(capture->block);
    *capture = (struct capture){0};
}

enum capture_result capture_next(struct capture *capture, struct capture_record *record,
                                 struct problem *problem)
{
    return capture->raw ? read_raw(capture, record, problem)
                        : read_packet(capture, record, problem);
}
