#include "core/chain/solana/transaction/SolanaTransactionSpans.h"

#include "core/chain/solana/message/SolanaMessage.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct SolanaTransactionSpansText
{
    Q_DECLARE_TR_FUNCTIONS(SolanaTransactionSpansText)
};

constexpr std::size_t keyLength = 32;

/// Of a compact-u16.
std::size_t lengthBytes(std::size_t value)
{
    constexpr std::size_t oneByte = 0x80;
    constexpr std::size_t twoBytes = 0x4000;
    return value < oneByte ? 1 : value < twoBytes ? 2 : 3;
}

std::string under(std::string_view list, std::size_t index, std::string_view member = {})
{
    std::string path = std::string(list) + '.' + std::to_string(index);
    return member.empty() ? path : path + '.' + std::string(member);
}

/// Writes the spans of a parsed message, as the message was written.
struct MessageSpans
{
    const SolanaMessage& message;
    ByteSpanWriter spans{};

    void header()
    {
        for (const char* name :
             {"numRequiredSignatures", "numReadonlySignedAccounts", "numReadonlyUnsignedAccounts"}) {
            spans.add(1, name, std::string("header.") + name);
        }
    }
    void keys()
    {
        for (std::size_t i = 0; i < message.accountKeys.size(); ++i) {
            spans.add(keyLength, "account " + std::to_string(i), under("accountKeys", i));
        }
    }
    /// A length and as many bytes.
    void listed(std::size_t size, const std::string& name, const std::string& path)
    {
        spans.addLength(lengthBytes(size), path);
        spans.add(size, name, path);
    }

    void compact()
    {
        spans.add(message.version ? 1 : 0, "version", "version");
        header();
        spans.addLength(lengthBytes(message.accountKeys.size()), "accountKeys");
        keys();
        spans.add(keyLength, "recentBlockhash", "recentBlockhash");
        spans.addLength(lengthBytes(message.instructions.size()), "instructions");
        for (std::size_t i = 0; i < message.instructions.size(); ++i) {
            const SolanaInstruction& one = message.instructions[i];
            spans.add(1, "programIdIndex", under("instructions", i, "programIdIndex"));
            listed(one.accounts.size(), "accounts", under("instructions", i, "accounts"));
            listed(one.data.size(), "data", under("instructions", i, "data"));
        }
        if (message.version) {
            lookups();
        }
    }
    void lookups()
    {
        constexpr std::string_view list = "addressTableLookups";
        spans.addLength(lengthBytes(message.lookups.size()), std::string(list));
        for (std::size_t i = 0; i < message.lookups.size(); ++i) {
            const SolanaLookup& one = message.lookups[i];
            spans.add(keyLength, "accountKey", under(list, i, "accountKey"));
            listed(one.writable.size(), "writableIndexes", under(list, i, "writableIndexes"));
            listed(one.readonly.size(), "readonlyIndexes", under(list, i, "readonlyIndexes"));
        }
    }

    void version1()
    {
        spans.add(1, "version", "version");
        header();
        spans.add(sizeof(std::uint32_t), "configMask", "config");
        spans.add(keyLength, "recentBlockhash", "recentBlockhash");
        spans.addLength(1, "instructions");
        spans.addLength(1, "accountKeys");
        keys();
        config();
        for (std::size_t i = 0; i < message.instructions.size(); ++i) {
            spans.add(1, "programIdIndex", under("instructions", i, "programIdIndex"));
            spans.addLength(1, under("instructions", i, "accounts"));
            spans.addLength(sizeof(std::uint16_t), under("instructions", i, "data"));
        }
        for (std::size_t i = 0; i < message.instructions.size(); ++i) {
            const SolanaInstruction& one = message.instructions[i];
            spans.add(one.accounts.size(), "accounts", under("instructions", i, "accounts"));
            spans.add(one.data.size(), "data", under("instructions", i, "data"));
        }
    }
    void config()
    {
        const SolanaConfig& asked = message.config;
        const auto add = [this](const auto& value, const char* name) {
            spans.add(value ? sizeof(*value) : 0, name, std::string("config.") + name);
        };
        add(asked.priorityFeeLamports, "priorityFeeLamports");
        add(asked.computeUnitLimit, "computeUnitLimit");
        add(asked.loadedAccountsDataSizeLimit, "loadedAccountsDataSizeLimit");
        add(asked.heapSize, "heapSize");
    }
};

}  // namespace

Result<std::vector<ByteSpan>> solanaMessageSpans(BytesView bytes)
{
    ASSIGN_OR_RETURN(const auto message, solana::parseMessage(bytes));
    MessageSpans walk{message};
    if (message.version == 1) {
        walk.version1();
    } else {
        walk.compact();
    }
    if (walk.spans.end() != bytes.size()) {
        return failure(ErrorCode::Internal,
                       SolanaTransactionSpansText::tr("The bytes cannot be told apart here."));
    }
    return walk.spans.take();
}

}  // namespace countersign
