# `cpack -G DEB`: gsmflash, the tool, and libgsmflash-dev, the library.
set(CPACK_PACKAGE_NAME gsmflash)
set(CPACK_PACKAGE_VENDOR "the gsmflash authors")
set(CPACK_PACKAGE_CONTACT "the gsmflash authors <authors@gsmflash.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL tool development)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOL_PACKAGE_NAME gsmflash)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION comm)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libgsmflash-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_TOOL_DESCRIPTION
  "gsmflash updates the firmware of a GSM module over its UART, from a PC or through a
microcontroller, and brings a simulated module to try everything with.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
  "The freestanding C library behind gsmflash: host, module and bridge of the update
protocol as state machines that do no I/O.")
include(CPack)
