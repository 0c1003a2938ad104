#include "core/vault/AssociatedData.h"

namespace countersign {

void appendNumber(Bytes& bytes, std::int64_t number)
{
    auto rest = static_cast<std::uint64_t>(number);
    for (int i = 0; i < 8; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(rest & 0xffU));
        rest >>= 8U;
    }
}

AssociatedData& AssociatedData::add(BytesView field)
{
    appendNumber(m_bytes, static_cast<std::int64_t>(field.size()));
    m_bytes.insert(m_bytes.end(), field.begin(), field.end());
    return *this;
}

AssociatedData& AssociatedData::add(std::int64_t number)
{
    Bytes field;
    appendNumber(field, number);
    return add(field);
}

}  // namespace countersign
