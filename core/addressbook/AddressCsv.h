#pragma once

#include "core/addressbook/AddressEntry.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

inline constexpr std::size_t maxAddressCsvBytes = std::size_t{32} * 1024 * 1024;

/// The address book as CSV (RFC 4180, UTF-8): the columns address, chain, name, tags, lists in this order,
/// their names in the first row or not at all. Lines end with CR LF or LF. Several tags or lists are divided
/// by semicolons. An apostrophe that CsvWriter put before what looks like a formula is taken off again.
/// InvalidInput with the line for anything else: cells too many or too few, quotes inside of an unquoted
/// cell, an entry that checkedEntry refuses, an address twice; more than 100,000 entries or 32 MiB.
Result<std::vector<AddressEntry>> parseAddressCsv(std::string_view text);

/// What parseAddressCsv reads, with the first row.
std::string addressCsv(std::span<const AddressEntry> entries);

}  // namespace countersign
