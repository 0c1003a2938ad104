#pragma once

#include "core/chain/solana/programs/DecodedInstruction.h"
#include "core/chain/solana/programs/InstructionReader.h"

#include <functional>
#include <span>

namespace countersign::solana {

/// Reads an instruction's data from front to back and gives every value its name. A list gives fields
/// "members[0]", "members[1]" and a structure "lockup.epoch"; toJson makes arrays and objects of them. What
/// an option leaves out gives no field.
class FieldReader
{
public:
    explicit FieldReader(BytesView data) : m_reader(data) {}

    FieldReader& u8(const std::string& name) { return put(name, std::uint64_t{m_reader.u8()}); }
    FieldReader& u16(const std::string& name) { return put(name, std::uint64_t{m_reader.u16()}); }
    FieldReader& u32(const std::string& name) { return put(name, std::uint64_t{m_reader.u32()}); }
    FieldReader& u64(const std::string& name) { return put(name, m_reader.u64()); }
    FieldReader& i64(const std::string& name) { return put(name, m_reader.i64()); }
    FieldReader& boolean(const std::string& name) { return put(name, m_reader.boolean()); }
    /// 32 bytes, shown in Base58: addresses, and hashes of blocks and banks too.
    FieldReader& address(const std::string& name) { return put(name, m_reader.address()); }
    FieldReader& bytes(const std::string& name, std::size_t count);
    /// u64 length and bytes (bincode), u32 length and bytes (Borsh).
    FieldReader& bincodeBytes(const std::string& name) { return bytes(name, lengthOf(m_reader.u64())); }
    FieldReader& borshBytes(const std::string& name) { return bytes(name, m_reader.u32()); }
    FieldReader& borshText(const std::string& name) { return put(name, m_reader.borshText()); }
    /// A bincode text of at most 32 bytes: longer ones make no address (Pubkey::create_with_seed).
    FieldReader& seed(const std::string& name);
    /// The name of value; refused where the program has none.
    FieldReader& choice(const std::string& name, std::uint64_t value,
                        std::span<const std::string_view> names);

    using Read = FieldReader& (FieldReader::*)(const std::string& name);
    /// A byte 0 or 1, and the value behind a 1 (bincode and Borsh alike).
    FieldReader& optional(const std::string& name, Read read);
    /// count elements, "name[i]"; ends early where the data does.
    FieldReader& list(const std::string& name, std::uint64_t count, Read read);
    FieldReader& list(const std::string& name, std::uint64_t count,
                      const std::function<void(FieldReader&, const std::string& name)>& read);

    FieldReader& put(const std::string& name, FieldValue value);

    /// For what has no name of its own: tags, counts.
    InstructionReader& reader() { return m_reader; }
    /// The fields, or InvalidInput as InstructionReader::finish tells.
    Result<std::vector<InstructionField>> finish() &&;

private:
    static std::size_t lengthOf(std::uint64_t length);

    InstructionReader m_reader;
    std::vector<InstructionField> m_fields;
};

}  // namespace countersign::solana
