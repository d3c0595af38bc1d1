# CTest tests out of the conformance suite.
#
#   vsslab_add_writer_conformance(TARGET my_writer CLASS MyWriter HEADER my_writer.h)
#   vsslab_add_writer_conformance(TARGET my_writer)                  its library has wmain or main
#   vsslab_add_requester_conformance(TARGET my_backup FUNCTION my_backup HEADER my_backup.h)
#   vsslab_add_provider_conformance(TARGET my_provider CLASS MyProvider HEADER my_provider.h
#                                   ID my_provider_id)
#
# One test a rule family, "vsslab/my_writer/VSSW-TIME", and "vsslab/my_writer/suite" for the whole:
# it also fails when the party goes down or takes no part. A family that applies nowhere is skipped.
# Each test leaves JUnit in ${CMAKE_CURRENT_BINARY_DIR}/vsslab/my_writer/.
#
# A program (TARGET is an executable that links vsslab::party) runs in real time, which takes minutes:
# it has the one test "suite".
#
#   TARGET      a library: STATIC, OBJECT or SHARED with CLASS or FUNCTION; SHARED or MODULE without
#   CLASS       the class; HEADER declares it
#   START       the writer's function that registers it; Initialize when left out
#   FUNCTION    int f() or int f(int argc, wchar_t** argv), instead of CLASS
#   ID          of a provider: a GUID that HEADER declares
#   ARGS        what the party's main function gets
#   SCENARIOS   names or globs of the suite; all of it when left out
#   SEEDS       A..B
#   STRICT      should rules fail as well
#   PER_RULE    one test a rule instead of one a family
#   NAME        in place of the target's name in the tests
#   LABELS      of the tests, besides "vsslab"
#   TIMEOUT     seconds for one test; 300 when left out, 1800 for a program

function(vsslab_add_writer_conformance)
  _vsslab_add_conformance(writer ${ARGN})
endfunction()

function(vsslab_add_requester_conformance)
  _vsslab_add_conformance(requester ${ARGN})
endfunction()

function(vsslab_add_provider_conformance)
  _vsslab_add_conformance(provider ${ARGN})
endfunction()

# The line of <vsslab/party.h> for what the caller named; empty when the library has an entry of its own.
function(_vsslab_entry role out)
  set(entry "")
  if(role STREQUAL "provider" AND arg_CLASS)
    if(NOT arg_ID)
      message(FATAL_ERROR "${caller}: CLASS ${arg_CLASS} needs ID, the provider's GUID")
    endif()
    set(entry "VSSLAB_PROVIDER(${arg_CLASS}, ${arg_ID})")
  elseif(role STREQUAL "writer" AND arg_CLASS)
    set(start Initialize)
    if(arg_START)
      set(start ${arg_START})
    endif()
    set(entry "VSSLAB_WRITER(${arg_CLASS}, ${start})")
  elseif(arg_CLASS)
    message(FATAL_ERROR "${caller}: a requester has FUNCTION, not CLASS")
  elseif(arg_FUNCTION)
    set(entry "VSSLAB_REQUESTER(${arg_FUNCTION})")
  endif()
  set(${out} "${entry}" PARENT_SCOPE)
endfunction()

# The library that is tested: the target itself, or a module around it that has the entry point.
function(_vsslab_library role entry out)
  get_target_property(type ${arg_TARGET} TYPE)
  if(type STREQUAL "EXECUTABLE")
    if(entry)
      message(FATAL_ERROR "${caller}: ${arg_TARGET} is a program and has a main function of its own: "
                          "no CLASS or FUNCTION")
    endif()
    set(${out} ${arg_TARGET} PARENT_SCOPE)
    return()
  endif()
  if(NOT entry)
    if(NOT type MATCHES "^(SHARED|MODULE)_LIBRARY$")
      message(FATAL_ERROR "${caller}: ${arg_TARGET} is no SHARED or MODULE library with a wmain: "
                          "give CLASS and HEADER")
    endif()
    set(${out} ${arg_TARGET} PARENT_SCOPE)
    return()
  endif()
  if(NOT arg_HEADER)
    message(FATAL_ERROR "${caller}: HEADER is missing, the header that declares it")
  endif()
  if(type MATCHES "^(STATIC|OBJECT)_LIBRARY$")
    set_target_properties(${arg_TARGET} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
  string(MAKE_C_IDENTIFIER "${name}" file)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/vsslab/${file}_party.cc)
  set(ROLE ${role})
  set(HEADER ${arg_HEADER})
  set(ENTRY "${entry}")
  configure_file(${VSSLAB_PACKAGE_DIR}/party.cc.in ${source} @ONLY)
  set(module ${file}_conformance)
  add_library(${module} MODULE ${source})
  target_include_directories(${module} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}
    $<TARGET_PROPERTY:${arg_TARGET},INCLUDE_DIRECTORIES>)
  target_link_libraries(${module} PRIVATE ${arg_TARGET} vsslab::api)
  set(${out} ${module} PARENT_SCOPE)
endfunction()

function(_vsslab_add_conformance role)
  set(caller vsslab_add_${role}_conformance)
  cmake_parse_arguments(PARSE_ARGV 1 arg "STRICT;PER_RULE"
    "TARGET;CLASS;START;HEADER;FUNCTION;ID;SEEDS;NAME;TIMEOUT" "ARGS;SCENARIOS;LABELS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${caller}: '${arg_UNPARSED_ARGUMENTS}' is no argument of it")
  endif()
  if(NOT arg_TARGET OR NOT TARGET ${arg_TARGET})
    message(FATAL_ERROR "${caller}: TARGET '${arg_TARGET}' is no target")
  endif()
  set(name ${arg_TARGET})
  if(arg_NAME)
    set(name ${arg_NAME})
  endif()
  _vsslab_entry(${role} entry)
  _vsslab_library(${role} "${entry}" library)

  set(list --list-families)
  if(arg_PER_RULE)
    set(list --list-rules)
  endif()
  execute_process(COMMAND ${VSSLAB_PROGRAM} conform ${role} ${list} OUTPUT_VARIABLE selections
                  RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(failed)
    message(FATAL_ERROR "${caller}: '${VSSLAB_PROGRAM} conform ${role} ${list}' ended with ${failed}")
  endif()
  string(REPLACE "\n" ";" selections "${selections}")

  set(party --library $<TARGET_FILE:${library}>)
  get_target_property(type ${library} TYPE)
  if(type STREQUAL "EXECUTABLE")
    set(party --exec $<TARGET_FILE:${library}> --jobs 8)
    set(selections "")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
    if(type STREQUAL "EXECUTABLE")
      set(arg_TIMEOUT 1800)
    endif()
  endif()
  set(command vsslab::vsslab conform ${role} ${party} --progress none)
  foreach(argument IN LISTS arg_ARGS)
    list(APPEND command --arg=${argument})
  endforeach()
  foreach(scenario IN LISTS arg_SCENARIOS)
    list(APPEND command --scenario ${scenario})
  endforeach()
  if(arg_SEEDS)
    list(APPEND command --seeds ${arg_SEEDS})
  endif()
  if(arg_STRICT)
    list(APPEND command --strict)
  endif()
  set(reports ${CMAKE_CURRENT_BINARY_DIR}/vsslab/${name})
  file(MAKE_DIRECTORY ${reports})
  foreach(selection suite ${selections})
    set(test vsslab/${name}/${selection})
    set(rules "")
    if(arg_PER_RULE AND NOT selection STREQUAL "suite")
      set(rules --rule ${selection})
    elseif(NOT selection STREQUAL "suite")
      set(rules --rule ${selection}-*)
    endif()
    add_test(NAME ${test} COMMAND ${command} ${rules} --report junit=${reports}/${selection}.xml)
    set_tests_properties(${test} PROPERTIES LABELS "vsslab;${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
                         SKIP_REGULAR_EXPRESSION "NOT APPLICABLE: 0 must rules")
  endforeach()
endfunction()
