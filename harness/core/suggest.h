// "did you mean": the candidate nearest to a word that nobody knows.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace vsslab {

// Insertions, deletions, substitutions and swaps of two neighbours that turn `a` into `b`; ASCII
// case counts as equal.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest candidate, or an empty view when none is near enough to be a slip of the fingers. Of
// equally near ones the first. A word longer than suggest_word_bytes_max has no suggestion.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);
std::string_view nearest(std::string_view word, std::initializer_list<std::string_view> candidates);

// "did you mean 'Freeze'?", else "valid: A, B, C" for a short list, else empty. For Error::hint.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);
std::string did_you_mean(std::string_view word, std::initializer_list<std::string_view> candidates);

}  // namespace vsslab
