#pragma once

#include <functional>
#include <string_view>

// Splits a JSON object or array into its raw elements, without parsing them. A strict parser judges a
// document as a whole, so that one bad element spoils all of its neighbours. Whoever must go on with the
// others cuts the document first, and parses each piece by itself. Nothing is copied; the time grows with the
// length of the text.

namespace countersign {

/// name: raw, between its quotes; value: raw, without space around it. False ends the walk.
using JsonMemberSlice = std::function<bool(std::string_view name, std::string_view value)>;
using JsonElementSlice = std::function<bool(std::string_view value)>;

/// Walks over the members of the object that text consists of. Only strings and brackets are followed: what a
/// slice holds must be parsed before it is believed. False: text is no whole object, or the walk was ended;
/// what was called until then stands in the text all the same.
bool sliceJsonObject(std::string_view text, const JsonMemberSlice& member);

/// The same for an array.
bool sliceJsonArray(std::string_view text, const JsonElementSlice& element);

}  // namespace countersign
