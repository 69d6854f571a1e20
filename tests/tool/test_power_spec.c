/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmocka_all.h"
#include "tool/power_spec.h"

static struct power_spec parse(const char *text)
{
    struct power_spec spec;
    struct problem problem;
    if (!power_parse(&spec, text, &problem))
        fail_msg("'%s' is refused: %s", text, problem.text);
    return spec;
}

/* Refuses it, and says `word`. */
static void refuse(const char *text, const char *word)
{
    struct power_spec spec;
    struct problem problem;
    if (power_parse(&spec, text, &problem))
        fail_msg("'%s' is taken", text);
    if (strncmp(problem.text, "--power: ", 9) != 0 || strstr(problem.text, word) == NULL ||
        strchr(problem.text, '\n') != NULL)
        fail_msg("'%s': '%s' does not say '%s'", text, problem.text, word);
}

static void methods_without_a_line(void **state)
{
    (void)state;
    assert_int_equal(parse("manual").method, POWER_MANUAL);
    assert_int_equal(parse("none").method, POWER_NONE);
    struct power_spec exec = parse("exec:./supply.sh port,active-low");
    assert_int_equal(exec.method, POWER_EXEC);
    assert_string_equal(exec.command, "./supply.sh port,active-low");
    assert_false(exec.active_low);
}

static void a_line_is_a_level_unless_it_has_times(void **state)
{
    (void)state;
    struct power_spec dtr = parse("dtr");
    assert_int_equal(dtr.method, POWER_DTR);
    assert_false(dtr.active_low);
    assert_false(dtr.pulsed);
    struct power_spec rts = parse("rts,active-low,settle=2s");
    assert_int_equal(rts.method, POWER_RTS);
    assert_true(rts.active_low);
    assert_false(rts.pulsed);
    assert_int_equal(rts.settle_ms, 2000);
}

static void a_key_has_times(void **state)
{
    (void)state;
    struct power_spec key = parse("rts,off=.7s,on=1100ms,active-low,settle=5s");
    assert_true(key.pulsed);
    assert_true(key.active_low);
    assert_int_equal(key.on_ms, 1100);
    assert_int_equal(key.off_ms, 700);
    assert_int_equal(key.settle_ms, 5000);
    struct power_spec reset = parse("dtr,on=1ms");
    assert_true(reset.pulsed);
    assert_int_equal(reset.on_ms, 1);
    assert_int_equal(reset.off_ms, 0);
    assert_int_equal(parse("dtr,on=60s").on_ms, 60000);
}

static void a_gpio_line_has_a_chip_and_a_number(void **state)
{
    (void)state;
    struct power_spec gpio = parse("gpio:gpiochip0:17,active-low,on=1100ms,off=700ms");
    assert_int_equal(gpio.method, POWER_GPIO);
    assert_string_equal(gpio.chip, "gpiochip0");
    assert_int_equal(gpio.line, 17);
    assert_true(gpio.active_low);
    assert_int_equal(gpio.on_ms, 1100);
    assert_int_equal(gpio.off_ms, 700);
    assert_string_equal(parse("gpio:/dev/gpiochip1:0").chip, "/dev/gpiochip1");
    assert_string_equal(parse("gpio:pinctrl:bank-a:3").chip, "pinctrl:bank-a");
}

static void nonsense_is_named(void **state)
{
    static const struct {
        const char *text;
        const char *word;
    } nonsense[] = {
        {"", "''"},
        {"of", "'of' is none of"},
        {"dtrx", "'dtrx' is none of"},
        {"dtr:on=1s", "none of"},
        {"DTR", "none of"},
        {"manual,active-low", "'active-low' has no place"},
        {"none,", "has no place"},
        {"exec", "none of"},
        {"exec:", "command is missing"},
        {"exec:  ", "command is missing"},
        {"gpio", "none of"},
        {"gpio:", "gpio:CHIP:LINE"},
        {"gpio:gpiochip0", "gpio:CHIP:LINE"},
        {"gpio::17", "gpio:CHIP:LINE"},
        {"gpio:gpiochip0:", "gpio:CHIP:LINE"},
        {"gpio:gpiochip0:-1", "gpio:CHIP:LINE"},
        {"gpio:gpiochip0:x", "gpio:CHIP:LINE"},
        {"gpio:gpiochip0:99999", "gpio:CHIP:LINE"},
        {"gpio:gpiochip0:17:active-low", "gpio:CHIP:LINE"},
        {"gpio:c0123456789012345678901234567890123456789012345678901234567890123:1",
         "gpio:CHIP:LINE"},
        {"dtr,", "'' is none of"},
        {"dtr,,on=1s", "'' is none of"},
        {"dtr,active_low", "'active_low' is none of"},
        {"dtr,active-lo", "none of"},
        {"dtr,active-low,active-low", "given twice"},
        {"dtr,on", "none of"},
        {"dtr,on=", "'on=' is no time"},
        {"dtr,on=s", "no time"},
        {"dtr,on=ms", "no time"},
        {"dtr,on=1100", "'on=1100' is no time"},
        {"dtr,on=1m", "no time"},
        {"dtr,on=-1s", "no time"},
        {"dtr,on=0ms", "no time"},
        {"dtr,on=0s", "no time"},
        {"dtr,on=1.5ms", "no time"},
        {"dtr,on=61s", "no time"},
        {"dtr,on=60001ms", "no time"},
        {"dtr,on=1s2", "no time"},
        {"dtr,on=000000000000000000000000000001s", "no time"},
        {"dtr,on=1s,on=2s", "on= is given twice"},
        {"dtr,off=700ms", "off= without on="},
    };
    (void)state;
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++)
        refuse(nonsense[i].text, nonsense[i].word);
}

static void only_this_program_can_be_relied_on(void **state)
{
    static const char *const switched[] = {"exec:true", "dtr", "rts,on=1s", "gpio:0:1"};
    (void)state;
    for (size_t i = 0; i < sizeof switched / sizeof switched[0]; i++) {
        struct power_spec spec = parse(switched[i]);
        assert_true(power_is_automatic(&spec));
    }
    struct power_spec manual = parse("manual");
    struct power_spec none = parse("none");
    assert_false(power_is_automatic(&manual));
    assert_false(power_is_automatic(&none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_without_a_line),
        cmocka_unit_test(a_line_is_a_level_unless_it_has_times),
        cmocka_unit_test(a_key_has_times),
        cmocka_unit_test(a_gpio_line_has_a_chip_and_a_number),
        cmocka_unit_test(nonsense_is_named),
        cmocka_unit_test(only_this_program_can_be_relied_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
