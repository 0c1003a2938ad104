#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace countersign::http {

/// The header fields of a message: a multimap whose names ignore case (RFC 9110 §5). A repeated signature
/// header must stay visible, so nothing is folded into a map. Names are stored in lower case, values as sent,
/// in order of arrival.
class HttpHeaders
{
public:
    using Field = std::pair<std::string, std::string>;

    HttpHeaders() = default;
    HttpHeaders(std::initializer_list<Field> fields);

    /// Appends; a field of that name that is already there stays.
    void add(std::string_view name, std::string_view value);
    /// Replaces every field of that name.
    void set(std::string_view name, std::string_view value);
    void remove(std::string_view name);

    bool contains(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    /// The first value of that name, or an empty text.
    std::string_view first(std::string_view name) const;
    std::vector<std::string_view> all(std::string_view name) const;

    std::vector<Field>::const_iterator begin() const { return m_fields.begin(); }
    std::vector<Field>::const_iterator end() const { return m_fields.end(); }
    std::size_t size() const { return m_fields.size(); }

    /// A token of RFC 9110 §5.6.2.
    static bool isValidName(std::string_view name);
    /// No control character but tab: a value with CR or LF would let its writer make headers of its own.
    static bool isValidValue(std::string_view value);

private:
    std::vector<Field> m_fields;
};

bool equalIgnoringCase(std::string_view a, std::string_view b);

}  // namespace countersign::http
