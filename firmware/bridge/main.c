/* SPDX-License-Identifier: MIT */
/*
 * The transparent way: this MCU has a life of its own, until a PC on UART 3 begins to send sync
 * words; then it joins the PC and the module on UART 1, until the update is over. Console on UART
 * 0. Its own life is short: to `?` on UART 3 it says what it knows of the module.
 */
#include "board.h"
#include "gsmflash/bridge.h"

enum {
    MODULE = 1,
    PC = 3,
    RING_BYTES = 2048,
    SILENCE_MS = 4000,
};

static const unsigned uart_of[2] = {[GSMFLASH_UPSTREAM] = PC, [GSMFLASH_DOWNSTREAM] = MODULE};

static const char *const download_text[] = {
    [GSMFLASH_BRIDGE_NONE] = "untouched",
    [GSMFLASH_BRIDGE_OPEN] = "invalid",
    [GSMFLASH_BRIDGE_COMPLETE] = "complete",
};

static const char *const reason_text[] = {
    [GSMFLASH_BRIDGE_STARTED] = "started",
    [GSMFLASH_BRIDGE_ENDED] = "ended",
    [GSMFLASH_BRIDGE_SILENCE] = "silence",
};

struct life {
    struct gsmflash_bridge bridge;
    /* Outlives a session that changed nothing: the module is still invalid after it. */
    enum gsmflash_bridge_download module;
};

static void print_count(const char *name, const struct gsmflash_bridge_count *count)
{
    board_print(name);
    board_print_number(count->passed);
    board_print(" bytes, ");
    board_print_number(count->overrun);
    board_print(" lost");
}

static void report(const struct life *life, const struct gsmflash_bridge_step *step)
{
    board_print("left: ");
    board_print(reason_text[step->left.reason]);
    board_print("; module ");
    board_print(download_text[life->module]);
    print_count("; up ", &life->bridge.count[GSMFLASH_UPSTREAM]);
    print_count("; down ", &life->bridge.count[GSMFLASH_DOWNSTREAM]);
    board_print("; uarts lost ");
    board_print_number(board_overruns(PC) + board_overruns(MODULE));
    board_print("\r\n");
}

static void own_life(const struct life *life, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '?') {
            const char *text = download_text[life->module];

            while (*text != '\0') {
                board_write_all(PC, text++, 1);
            }
            board_write_all(PC, "\r\n", 2);
        }
    }
}

/* Takes what has come from one side; false: nothing. */
static bool receive(struct life *life, enum gsmflash_side side)
{
    uint8_t data[64];
    size_t size = board_read(uart_of[side], data, sizeof data);
    bool active = gsmflash_bridge_active(&life->bridge);

    gsmflash_bridge_receive(&life->bridge, side, data, size, board_now_ms());
    if (active) {
        return size > 0;
    }
    if (gsmflash_bridge_active(&life->bridge)) {
        board_print("transparent\r\n");
    } else if (side == GSMFLASH_UPSTREAM) {
        own_life(life, data, size);
    }
    return size > 0;
}

static void send(struct life *life, enum gsmflash_side side)
{
    size_t size;
    const uint8_t *data = gsmflash_bridge_output(&life->bridge, side, &size);

    gsmflash_bridge_sent(&life->bridge, side, board_write(uart_of[side], data, size));
}

static void leave(struct life *life, const struct gsmflash_bridge_step *step)
{
    if (step->left.download != GSMFLASH_BRIDGE_NONE) {
        life->module = step->left.download;
    }
    report(life, step);
}

/* One turn; true: nothing more to do before the next interrupt. */
static bool turn(struct life *life)
{
    bool up = receive(life, GSMFLASH_UPSTREAM);
    bool down = receive(life, GSMFLASH_DOWNSTREAM);
    struct gsmflash_bridge_step step;

    send(life, GSMFLASH_UPSTREAM);
    send(life, GSMFLASH_DOWNSTREAM);
    step = gsmflash_bridge_next(&life->bridge, board_now_ms());
    if (step.kind == GSMFLASH_BRIDGE_POWER) {
        board_module_power(step.power_on);
    } else if (step.kind == GSMFLASH_BRIDGE_LEFT) {
        leave(life, &step);
    }
    return !up && !down && step.kind == GSMFLASH_BRIDGE_WAIT;
}

int main(void)
{
    static uint8_t ring[2][RING_BYTES];
    static const struct gsmflash_bridge_config config = {
        .ring = {{ring[0], RING_BYTES}, {ring[1], RING_BYTES}},
        .silence_ms = SILENCE_MS,
        .power = true,
    };
    static struct life life;

    board_start();
    gsmflash_bridge_start(&life.bridge, &config, board_now_ms());
    board_print("ready\r\n");
    for (;;) {
        if (turn(&life)) {
            board_sleep();
        }
    }
}
