# What a project of somebody else's needs: the program, the headers, libraries for its test programs
# and for programs that are parties, the scenarios, and the package for find_package(vsslab).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# What stands behind <vsslab/lab.h>; a program that is a party links vsslab_party.
vsslab_archive(vsslab_lab ${party_modules} requester rules scenario mock_writers mock_provider run
               reports sdk)
# All that is installed, and no tests.
add_custom_target(vsslab_package DEPENDS vsslab vsslab_lab vsslab_party)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/vsslab)
configure_package_config_file(
  ${CMAKE_SOURCE_DIR}/harness/sdk/cmake/vsslabConfig.cmake.in ${CMAKE_BINARY_DIR}/cmake/vsslabConfig.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_LIBDIR
  CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_DATADIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cmake/vsslabConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)

if(TARGET vsslab)
  install(TARGETS vsslab RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(TARGETS vsslab_lab vsslab_party ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/vsslab)
install(PROGRAMS harness/sdk/vsscc DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY harness/api/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vsslab/api
        FILES_MATCHING PATTERN "*.h")
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/vsslab)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/vsslab)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DATADIR}/vsslab)
install(FILES tests/consume/project/vault_provider.h tests/consume/project/vault_provider.cpp
        DESTINATION ${CMAKE_INSTALL_DATADIR}/vsslab/examples)
install(FILES harness/sdk/supported-calls.txt harness/sdk/windows-calls.txt
  DESTINATION ${CMAKE_INSTALL_DATADIR}/vsslab)
install(FILES ${CMAKE_BINARY_DIR}/cmake/vsslabConfig.cmake
              ${CMAKE_BINARY_DIR}/cmake/vsslabConfigVersion.cmake harness/sdk/cmake/vsslabConformance.cmake
              harness/sdk/cmake/party.cc.in DESTINATION ${package_dir})
