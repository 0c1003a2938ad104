#include "core/chain/solana/programs/FieldReader.h"

#include <limits>

namespace countersign::solana {

namespace {

constexpr std::size_t maxSeedTextBytes = 32;

}  // namespace

std::size_t FieldReader::lengthOf(std::uint64_t length)
{
    return static_cast<std::size_t>(std::min<std::uint64_t>(length, std::numeric_limits<std::size_t>::max()));
}

FieldReader& FieldReader::put(const std::string& name, FieldValue value)
{
    m_fields.push_back({name, std::move(value)});
    return *this;
}

FieldReader& FieldReader::bytes(const std::string& name, std::size_t count)
{
    return put(name, m_reader.bytes(count));
}

FieldReader& FieldReader::seed(const std::string& name)
{
    std::string text = m_reader.bincodeText();
    if (text.size() > maxSeedTextBytes) {
        m_reader.refuse();
    }
    return put(name, std::move(text));
}

FieldReader& FieldReader::choice(const std::string& name, std::uint64_t value,
                                 std::span<const std::string_view> names)
{
    if (value >= names.size()) {
        m_reader.refuse();
        return *this;
    }
    return put(name, std::string(names[static_cast<std::size_t>(value)]));
}

FieldReader& FieldReader::optional(const std::string& name, Read read)
{
    return m_reader.boolean() ? (this->*read)(name) : *this;
}

FieldReader& FieldReader::list(const std::string& name, std::uint64_t count, Read read)
{
    return list(name, count,
                [read](FieldReader& fields, const std::string& element) { (fields.*read)(element); });
}

FieldReader& FieldReader::list(const std::string& name, std::uint64_t count,
                               const std::function<void(FieldReader&, const std::string& name)>& read)
{
    // Each element takes at least a byte; a hostile count ends with the data.
    for (std::uint64_t i = 0; i < count && m_reader.isFine(); ++i) {
        read(*this, name + '[' + std::to_string(i) + ']');
    }
    return *this;
}

Result<std::vector<InstructionField>> FieldReader::finish() &&
{
    RETURN_IF_ERROR(m_reader.finish());
    return std::move(m_fields);
}

}  // namespace countersign::solana
