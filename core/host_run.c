/* SPDX-License-Identifier: MIT */
#include "gsmflash/host.h"

/* Enough for every answer; what is more is noise and comes with the next read. */
enum { READ_BYTES = 32 };

/* Does what the step asks for; false: the port is gone. */
static bool perform(struct gsmflash_host *host, const struct gsmflash_host_step *step,
                    const struct gsmflash_port *port)
{
    uint8_t bytes[READ_BYTES];
    size_t count;

    switch (step->kind) {
    case GSMFLASH_HOST_SEND:
        return port->write(port->context, step->send.data, step->send.size);
    case GSMFLASH_HOST_POWER:
        port->power(port->context, step->power_on);
        return true;
    default:
        count = port->read(port->context, bytes, sizeof bytes, step->wait_ms);
        gsmflash_host_receive(host, bytes, count, port->now_ms(port->context));
        return true;
    }
}

struct gsmflash_report gsmflash_host_run(const struct gsmflash_host_config *config,
                                         const struct gsmflash_port *port)
{
    struct gsmflash_host host;
    struct gsmflash_host_step step;

    gsmflash_host_start(&host, config, port->now_ms(port->context));
    while (step = gsmflash_host_next(&host, port->now_ms(port->context)),
           step.kind != GSMFLASH_HOST_FINISHED) {
        if (!perform(&host, &step, port)) {
            host.report.error = GSMFLASH_ERROR_PORT;
            break;
        }
        if (port->progress != NULL) {
            port->progress(port->context, &host.report);
        }
    }
    return host.report;
}
