#include "services/http/message/HttpHeaders.h"

#include "core/base/text/Ascii.h"

#include <algorithm>

namespace countersign::http {

namespace {

bool isTokenCharacter(char c)
{
    const bool alphanumeric = ascii::isAlphanumeric(c);
    return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

bool equalIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return ascii::lower(x) == ascii::lower(y); });
}

HttpHeaders::HttpHeaders(std::initializer_list<Field> fields)
{
    for (const Field& field : fields) {
        add(field.first, field.second);
    }
}

void HttpHeaders::add(std::string_view name, std::string_view value)
{
    m_fields.emplace_back(ascii::lowered(name), value);
}

void HttpHeaders::set(std::string_view name, std::string_view value)
{
    remove(name);
    add(name, value);
}

void HttpHeaders::remove(std::string_view name)
{
    std::erase_if(m_fields, [name](const Field& field) { return equalIgnoringCase(field.first, name); });
}

bool HttpHeaders::contains(std::string_view name) const
{
    return count(name) > 0;
}

std::size_t HttpHeaders::count(std::string_view name) const
{
    return static_cast<std::size_t>(
        std::count_if(m_fields.begin(), m_fields.end(),
                      [name](const Field& field) { return equalIgnoringCase(field.first, name); }));
}

std::string_view HttpHeaders::first(std::string_view name) const
{
    for (const Field& field : m_fields) {
        if (equalIgnoringCase(field.first, name)) {
            return field.second;
        }
    }
    return {};
}

std::vector<std::string_view> HttpHeaders::all(std::string_view name) const
{
    std::vector<std::string_view> values;
    for (const Field& field : m_fields) {
        if (equalIgnoringCase(field.first, name)) {
            values.emplace_back(field.second);
        }
    }
    return values;
}

bool HttpHeaders::isValidName(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), isTokenCharacter);
}

bool HttpHeaders::isValidValue(std::string_view value)
{
    return std::none_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

}  // namespace countersign::http
