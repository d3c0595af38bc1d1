// json_tool [POINTER]...: reads exactly one JSON document from standard input; anything else is an
// error. Prints the value at each pointer, strings without quotes.
#include <iostream>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>

int main(int argc, char** argv) {
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  try {
    const auto document = nlohmann::json::parse(text);
    for (int i = 1; i < argc; ++i) {
      const auto& value = document.at(nlohmann::json::json_pointer(argv[i]));
      std::cout << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
    }
  } catch (const std::exception& problem) {
    std::cerr << "json_tool: " << problem.what() << '\n';
    return 1;
  }
  return 0;
}
