# The library as others find it: headers, archive, a CMake package and a pkg-config file.
include(CMakePackageConfigHelpers)

set(gsmflash_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/gsmflash)

install(TARGETS gsmflash EXPORT gsmflash ARCHIVE COMPONENT development)
install(DIRECTORY include/gsmflash DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(EXPORT gsmflash NAMESPACE gsmflash:: FILE gsmflash-config.cmake
  DESTINATION ${gsmflash_package_dir} COMPONENT development)

write_basic_package_version_file(gsmflash-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gsmflash-config-version.cmake
  DESTINATION ${gsmflash_package_dir} COMPONENT development)

# The prefix is found from where the file lies, so that an installed tree may be moved.
file(RELATIVE_PATH gsmflash_prefix
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/gsmflash.pc.in gsmflash.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gsmflash.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

if(TARGET gsmflash_tool)
  install(TARGETS gsmflash_tool RUNTIME COMPONENT tool)
  install(FILES README.md LICENSE docs/protocol.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT tool)
  set(completions ${PROJECT_SOURCE_DIR}/packaging/completions)
  install(FILES ${completions}/gsmflash.bash RENAME gsmflash COMPONENT tool
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${completions}/_gsmflash COMPONENT tool
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${completions}/gsmflash.fish COMPONENT tool
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  install(FILES packaging/udev/60-gsmflash.rules DESTINATION lib/udev/rules.d COMPONENT tool)
endif()
