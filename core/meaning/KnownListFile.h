#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "core/meaning/Meaning.h"

#include <set>
#include <string>
#include <string_view>

namespace countersign::meaning {

/// A strict reader of one JSON object of a list. Its members are taken one by one, the first fault is kept,
/// and a member that nobody took is one. What is taken after a fault is empty.
class ListMembers
{
public:
    /// json outlives it. where: for the fault, "tokens[3]".
    ListMembers(const Json& json, std::string where);

    /// Not empty, and nothing in it that people would not see.
    std::string text(const char* member);
    /// Such a text of at most 80 characters.
    std::string name(const char* member);
    std::uint32_t number(const char* member, std::uint32_t max);
    bool flag(const char* member);
    const Json& array(const char* member);

    bool has(const char* member) const;
    /// A fault where it does not hold.
    void check(bool holds, const char* member, const char* fault);
    /// InvalidInput with the first fault.
    Status done() const;

private:
    const Json* take(const char* member);

    const Json& m_json;
    std::string m_where;
    std::set<std::string> m_taken;
    std::string m_fault;
};

/// A file of resources/lists: {"date", "about", "sources": [{"id","name","url"}], "entries": [{…,
/// "sources": [id]}]}.
struct KnownListFile
{
    std::string name;  ///< "tokens"
    Json entries;
    std::set<std::string> sourceIds;
    Source source;  ///< its name and date, and its hash

    std::string at(std::size_t index) const { return name + "[" + std::to_string(index) + "]"; }
    /// Each entry names at least one of the file's sources, and no other.
    void checkSources(ListMembers& entry) const;
};

/// InvalidInput for any other form; the entries are for the caller to check.
Result<KnownListFile> parseKnownListFile(std::string name, std::string_view text);

}  // namespace countersign::meaning
