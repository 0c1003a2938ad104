#include "core/chain/solana/programs/FieldReader.h"
#include "core/chain/solana/programs/ProgramDecoder.h"

#include <algorithm>
#include <limits>

// The programs that verify signatures (anza-xyz/agave, precompiles/src): their data is a count, a table that
// says where each signature, key and message lies, and usually these. They may also lie in the data of other
// instructions of the transaction; then the fields say where, and the message is not shown.

namespace countersign::solana {

namespace {

/// What is different from one of these programs to the next.
struct SignatureScheme
{
    std::size_t header;  ///< the count, and padding
    bool wideIndexes;    ///< instruction indexes have two bytes, all bits set meaning this instruction
    std::size_t signatureBytes;  ///< secp256k1: with the recovery id
    std::size_t keyBytes;
    const char* keyName;
    bool mayBeEmpty;  ///< no signature at all, and then nothing behind the header
    std::uint8_t most;
};

constexpr SignatureScheme ed25519Scheme{2, true, 64, 32, "publicKey", true, 255};
constexpr SignatureScheme secp256k1Scheme{1, false, 65, 20, "ethAddress", true, 255};
constexpr SignatureScheme secp256r1Scheme{2, true, 64, 33, "publicKey", false, 8};

/// Where a part of a signature lies.
struct Place
{
    std::size_t offset = 0;
    std::size_t size = 0;
    std::size_t instruction = 0;
};

class SignatureTable
{
public:
    SignatureTable(const RawInstruction& instruction, const SignatureScheme& scheme)
        : m_instruction(instruction),
          m_scheme(scheme),
          m_fields(instruction.data),
          m_covered(instruction.data.size(), false)
    {}

    Result<ReadInstruction> read();

private:
    void readOne(const std::string& name);
    std::size_t readIndex();
    bool isHere(const Place& place) const;
    /// The part's bytes where they are here, else where they are.
    void show(const std::string& name, const Place& place);
    void cover(std::size_t from, std::size_t size);

    const RawInstruction& m_instruction;
    const SignatureScheme& m_scheme;
    FieldReader m_fields;
    std::vector<InstructionField> m_parts;
    std::vector<bool> m_covered;
    bool m_inBounds = true;
};

std::size_t SignatureTable::readIndex()
{
    return m_scheme.wideIndexes ? m_fields.reader().u16() : m_fields.reader().u8();
}

bool SignatureTable::isHere(const Place& place) const
{
    const bool means = m_scheme.wideIndexes && place.instruction == std::numeric_limits<std::uint16_t>::max();
    return means || m_instruction.position == place.instruction;
}

void SignatureTable::cover(std::size_t from, std::size_t size)
{
    std::fill_n(m_covered.begin() + static_cast<std::ptrdiff_t>(from), size, true);
}

void SignatureTable::show(const std::string& name, const Place& place)
{
    if (!isHere(place)) {
        m_parts.push_back({name + "InstructionIndex", std::uint64_t{place.instruction}});
        m_parts.push_back({name + "Offset", std::uint64_t{place.offset}});
        m_parts.push_back({name + "Size", std::uint64_t{place.size}});
        return;
    }
    const BytesView data = m_instruction.data;
    if (place.offset > data.size() || place.size > data.size() - place.offset) {
        m_inBounds = false;
        return;
    }
    cover(place.offset, place.size);
    const BytesView part = data.subspan(place.offset, place.size);
    SolanaAddress address{};
    if (name.ends_with(".publicKey") && part.size() == address.size()) {
        std::ranges::copy(part, address.begin());
        m_parts.push_back({name, address});
        return;
    }
    m_parts.push_back({name, toBytes(part)});
}

void SignatureTable::readOne(const std::string& name)
{
    Place signature{m_fields.reader().u16(), m_scheme.signatureBytes, 0};
    signature.instruction = readIndex();
    Place key{m_fields.reader().u16(), m_scheme.keyBytes, 0};
    key.instruction = readIndex();
    Place message{m_fields.reader().u16(), 0, 0};
    message.size = m_fields.reader().u16();
    message.instruction = readIndex();
    show(name + m_scheme.keyName, key);
    show(name + "message", message);
    show(name + "signature", signature);
}

Result<ReadInstruction> SignatureTable::read()
{
    const std::uint8_t count = m_fields.reader().u8();
    (void)m_fields.reader().bytes(m_scheme.header - 1);  // padding that nobody looks at
    if (count > m_scheme.most || (count == 0 && !m_scheme.mayBeEmpty)) {
        return unreadable("the program does not take so many signatures");
    }
    for (unsigned i = 0; i < count && m_fields.reader().isFine(); ++i) {
        readOne("signatures[" + std::to_string(i) + "].");
    }
    if (!m_fields.reader().isFine()) {
        return unreadable("the table of signatures is cut off");
    }
    cover(0, m_instruction.data.size() - m_fields.reader().remaining());
    if (!m_inBounds) {
        return unreadable("a signature, key or message lies beyond the instruction's data");
    }
    if (std::ranges::find(m_covered, false) != m_covered.end()) {
        return unreadable("there are bytes that belong to no signature");
    }
    return ReadInstruction{
        "verify", std::vector<std::string>(m_instruction.accounts.size()), std::move(m_parts), {}};
}

}  // namespace

Result<ReadInstruction> decodeEd25519Precompile(const RawInstruction& instruction)
{
    return SignatureTable(instruction, ed25519Scheme).read();
}

Result<ReadInstruction> decodeSecp256k1Precompile(const RawInstruction& instruction)
{
    return SignatureTable(instruction, secp256k1Scheme).read();
}

Result<ReadInstruction> decodeSecp256r1Precompile(const RawInstruction& instruction)
{
    return SignatureTable(instruction, secp256r1Scheme).read();
}

}  // namespace countersign::solana
