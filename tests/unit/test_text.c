/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "cmocka_all.h"
#include "gsmflash/host.h"

static void assert_is_a_text(const char *text)
{
    assert_non_null(text);
    assert_true(strlen(text) >= 5);
    for (const char *c = text; *c != '\0'; c++) {
        assert_true(isprint((unsigned char)*c));
    }
}

static void every_error_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (int a = GSMFLASH_OK; a <= GSMFLASH_ERROR_PORT; a++) {
        assert_is_a_text(gsmflash_error_text((enum gsmflash_error)a));
        for (int b = GSMFLASH_OK; b < a; b++) {
            assert_string_not_equal(gsmflash_error_text((enum gsmflash_error)a),
                                    gsmflash_error_text((enum gsmflash_error)b));
        }
    }
}

static void every_status_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (unsigned a = GSMFLASH_SUCCESS; a <= GSMFLASH_PACKAGE_ERROR; a++) {
        assert_is_a_text(gsmflash_status_text(a));
        for (unsigned b = GSMFLASH_SUCCESS; b < a; b++) {
            assert_string_not_equal(gsmflash_status_text(a), gsmflash_status_text(b));
        }
    }
}

static void what_is_unknown_has_a_text_too(void **state)
{
    (void)state;
    assert_is_a_text(gsmflash_error_text((enum gsmflash_error)(GSMFLASH_ERROR_PORT + 1)));
    assert_is_a_text(gsmflash_status_text(GSMFLASH_PACKAGE_ERROR + 1));
    assert_is_a_text(gsmflash_status_text(0xFFFF));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_text_of_its_own),
        cmocka_unit_test(every_status_has_a_text_of_its_own),
        cmocka_unit_test(what_is_unknown_has_a_text_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
