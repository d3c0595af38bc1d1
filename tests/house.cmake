# The tests that are not unit tests: house rules, goldens, command line, suites, determinism, fuzzing.
# The settings of whoever runs the tests are no part of them.
set(test_environment "VSSLAB=$<TARGET_FILE:vsslab>" "SOURCE=${CMAKE_SOURCE_DIR}" "VSSLAB_CONFIG=none")

# --- reports against their golden files; VSSLAB_UPDATE_GOLDENS=1 rewrites them ---
add_executable(golden_test golden/golden_test.cc)
target_compile_definitions(golden_test PRIVATE VSSLAB_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(golden_test PRIVATE vsslab_reports GTest::gmock GTest::gtest_main)
gtest_discover_tests(golden_test TEST_PREFIX golden/ DISCOVERY_TIMEOUT 60
                     PROPERTIES LABELS golden)

# --- house rules ---
add_executable(tidy_test tidy/checks.cc tidy/checks_test.cc tidy/tree_test.cc)
target_include_directories(tidy_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_definitions(tidy_test PRIVATE VSSLAB_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(tidy_test PRIVATE vsslab_cli GTest::gmock GTest::gtest_main)
if(VSSLAB_SANITIZE)
  target_compile_options(tidy_test PRIVATE -O1)  # it reads the whole tree
endif()
gtest_discover_tests(tidy_test TEST_PREFIX house/ DISCOVERY_TIMEOUT 60 PROPERTIES LABELS house)
# What ./run-tests found before the last build, so that the last summary tells the whole story.
add_test(NAME house/earlier-steps COMMAND bash -c
         "[ -z \"$VSSLAB_EARLIER_FAILURES\" ] || { echo \"failed:$VSSLAB_EARLIER_FAILURES\"; exit 1; }")

# --- command line ---
add_executable(json_tool cli/json_tool.cc)
target_link_libraries(json_tool PRIVATE nlohmann_json::nlohmann_json)
# Parties in shared libraries, most with one misdeed (cli/parties/party.cpp).
set(parties_dir ${CMAKE_CURRENT_BINARY_DIR}/parties)
foreach(misdeed good no-entry throws-in-main wants-arguments throws-in-freeze exits-in-freeze
        loops-in-freeze hangs-in-freeze overruns-the-stack exits-when-loaded throws-when-loaded
        loops-when-loaded second-writer-throws keeps-files-on-q refuses-to-freeze leaves-early
        has-no-files stops-a-service prepares-too-long names-a-wildcard initialises-again)
  string(TOUPPER ${misdeed} macro)
  string(REPLACE "-" "_" macro ${macro})
  add_library(party_${misdeed} MODULE cli/parties/party.cpp)
  target_link_libraries(party_${misdeed} PRIVATE vsslab_api)
  target_compile_definitions(party_${misdeed} PRIVATE VSSLAB_WINDOWS_SOURCE UNICODE ${macro})
  set_target_properties(party_${misdeed} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${parties_dir})
endforeach()
# The provider of tests/consume as a DLL with an installer's entry points.
foreach(misdeed sound slow miscounts registers-nothing hardware no-class throws)
  string(TOUPPER ${misdeed} macro)
  string(REPLACE "-" "_" macro ${macro})
  add_library(provider_${misdeed} MODULE cli/parties/provider_dll.cpp
              consume/project/vault_provider.cpp)
  target_include_directories(provider_${misdeed} PRIVATE consume/project)
  target_link_libraries(provider_${misdeed} PRIVATE vsslab_api)
  target_compile_definitions(provider_${misdeed} PRIVATE VSSLAB_WINDOWS_SOURCE UNICODE ${macro})
  set_target_properties(provider_${misdeed} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${parties_dir})
endforeach()
file(STRINGS cli/cli_test.sh case_lines REGEX "^  [a-z0-9-]+\\)")
foreach(line ${case_lines})
  string(REGEX REPLACE "^  ([a-z0-9-]+)\\).*" "\\1" case "${line}")
  if(VSSLAB_SANITIZE AND NOT case MATCHES "^(exit-|demo|journals|junit|json)")
    continue()  # the sanitizers need not see the same code forty times
  endif()
  add_test(NAME cli/${case} COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/cli/cli_test.sh ${case})
  set_tests_properties(cli/${case} PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
    ENVIRONMENT "${test_environment};JSON_TOOL=$<TARGET_FILE:json_tool>;PARTIES=${parties_dir}")
endforeach()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS cli/cli_test.sh)
file(STRINGS cli/tools_test.sh case_lines REGEX "^  [a-z0-9-]+\\)")
foreach(line ${case_lines})
  string(REGEX REPLACE "^  ([a-z0-9-]+)\\).*" "\\1" case "${line}")
  add_test(NAME tools/${case} COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/cli/tools_test.sh ${case})
  set_tests_properties(tools/${case} PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
    ENVIRONMENT "${test_environment}")
endforeach()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS cli/tools_test.sh)

# --- what others build with an installed vsslab ---
if(NOT VSSLAB_SANITIZE AND NOT VSSLAB_TSAN)
  set(prefix ${CMAKE_BINARY_DIR}/prefix)
  add_test(NAME install/prefix COMMAND ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --prefix ${prefix})
  set_tests_properties(install/prefix PROPERTIES LABELS consume FIXTURES_SETUP prefix)
  add_test(NAME consume/project COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/consume/consume_test.sh)
  set_tests_properties(consume/project PROPERTIES LABELS consume TIMEOUT 900 FIXTURES_REQUIRED prefix
    ENVIRONMENT "${test_environment};PREFIX=${prefix};CXX=${CMAKE_CXX_COMPILER};LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}")
  add_test(NAME tutorials/self-test COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/tutorials/self_test.sh)
  set_tests_properties(tutorials/self-test PROPERTIES LABELS consume ENVIRONMENT "${test_environment}")
  foreach(page test-your-writer test-your-requester test-your-provider debug-with-gdb follow-betest)
    add_test(NAME tutorials/${page} COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/tutorials/tutorial_test.sh
             ${CMAKE_SOURCE_DIR}/docs/tutorials/${page}.md)
    set_tests_properties(tutorials/${page} PROPERTIES LABELS consume TIMEOUT 600
      SKIP_RETURN_CODE 77 FIXTURES_REQUIRED prefix
      ENVIRONMENT "PREFIX=${prefix};CXX=${CMAKE_CXX_COMPILER};LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}")
  endforeach()
endif()

# --- suites: every digest four times, and every journal replayed ---
if(VSSLAB_SANITIZE OR VSSLAB_TSAN)
  set(suite smoke)
else()
  set(suite all)
endif()
add_test(NAME determinism/${suite} COMMAND
         bash ${CMAKE_CURRENT_SOURCE_DIR}/determinism/determinism_test.sh ${suite})
set_tests_properties(determinism/${suite} PROPERTIES LABELS suite TIMEOUT 1800 RUN_SERIAL ON
                     ENVIRONMENT "${test_environment}")

# --- liars x rules: which MUST rules some party of @all breaks ---
if(NOT VSSLAB_SANITIZE AND NOT VSSLAB_TSAN)
  add_test(NAME liars/matrix COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/liars/liars_test.sh)
  set_tests_properties(liars/matrix PROPERTIES LABELS suite TIMEOUT 900
                       ENVIRONMENT "${test_environment}")
endif()

find_program(XMLLINT xmllint)
if(XMLLINT AND NOT VSSLAB_SANITIZE AND NOT VSSLAB_TSAN)
  file(GLOB schema ${CMAKE_SOURCE_DIR}/scenarios/schema/*.xsd)
  if(schema)
    add_test(NAME scenarios/schema COMMAND bash -c
             "grep -lE '<Scenario[ >]' -r ${CMAKE_SOURCE_DIR}/scenarios --include=*.xml | \
              xargs ${XMLLINT} --noout --nowarning --schema ${schema} 2>&1 | \
              grep -v ' validates$' | tee /dev/stderr | wc -l | grep -qx 0")
  endif()
endif()

# --- fuzzing: all targets share VSSLAB_FUZZ_SECONDS (120) ---
file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/*_fuzz.cc)
list(LENGTH fuzz_sources fuzz_count)
if(VSSLAB_FUZZ)
  foreach(source ${fuzz_sources})
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" name ${name})
    add_executable(fuzz_${name} ${source})
    target_compile_definitions(fuzz_${name} PRIVATE VSSLAB_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(fuzz_${name} PRIVATE vsslab_cli vsslab_transport)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_test(NAME fuzz/${name} COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/run_fuzz.sh
             ${name} $<TARGET_FILE:fuzz_${name}> ${fuzz_count})
    set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT 7200
                         ENVIRONMENT "SOURCE=${CMAKE_SOURCE_DIR}")
  endforeach()
endif()
