#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/solana/offchain/OffchainMessage.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "tests/oracles/NodeOracle.h"
#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <random>

using namespace countersign;

// Why: @solana/kit, by the validator's own authors, is the first library that makes version 1 transactions
// (SIMD-0385) and off-chain messages of both versions. It makes some for us and reads ours: both must see the
// same fields, and write the same bytes.

namespace {

constexpr int caseCount = 400;

class Dice
{
public:
    explicit Dice(std::uint32_t seed) : m_random(seed) {}

    std::size_t below(std::size_t bound) { return m_random() % bound; }
    bool chance() { return below(2) == 0; }
    std::uint8_t byte() { return static_cast<std::uint8_t>(m_random()); }
    SolanaAddress address()
    {
        SolanaAddress bytes;
        std::ranges::generate(bytes, [this] { return byte(); });
        return bytes;
    }

private:
    std::mt19937 m_random;
};

template <typename Number>
Json quantity(const std::optional<Number>& value)
{
    return value ? Json(std::to_string(*value)) : Json(nullptr);
}

/// What solana-v1.mjs calls a view, in the same order.
Json viewOf(const SolanaTransaction& transaction)
{
    const SolanaMessage& message = transaction.message;
    Json keys = Json::array();
    Json instructions = Json::array();
    Json isSigned = Json::array();
    for (const SolanaAddress& key : message.accountKeys) {
        keys.push_back(toText(key));
    }
    for (const SolanaInstruction& instruction : message.instructions) {
        Json accounts = Json::array();
        for (const std::uint8_t index : instruction.accounts) {
            accounts.push_back(index);
        }
        instructions.push_back({{"program", instruction.programIdIndex},
                                {"accounts", accounts},
                                {"dataBase64", toBase64(instruction.data)}});
    }
    for (std::size_t i = 0; i < transaction.signatures.size(); ++i) {
        isSigned.push_back(transaction.isSigned(i));
    }
    return {{"version", message.version.value_or(-1)},
            {"header", {message.requiredSignatures, message.readonlySigned, message.readonlyUnsigned}},
            {"keys", keys},
            {"blockhash", toBase58(message.recentBlockhash)},
            {"config",
             {{"priorityFeeLamports", quantity(message.config.priorityFeeLamports)},
              {"computeUnitLimit", quantity(message.config.computeUnitLimit)},
              {"loadedAccountsDataSizeLimit", quantity(message.config.loadedAccountsDataSizeLimit)},
              {"heapSize", quantity(message.config.heapSize)}}},
            {"instructions", instructions},
            {"signed", isSigned}};
}

Json viewOf(const solana::OffchainMessage& message)
{
    Json signers = Json::array();
    for (const SolanaAddress& signer : message.signers) {
        signers.push_back(toText(signer));
    }
    if (message.version == 1) {
        return {{"version", 1}, {"signers", signers}, {"text", message.text}};
    }
    return {{"version", message.version},
            {"applicationDomain", toBase58(message.applicationDomain)},
            {"format", static_cast<int>(message.format)},
            {"signers", signers},
            {"text", message.text}};
}

/// Of every shape that parseMessage lets through, not only of those that a compiler of messages makes.
SolanaMessage randomMessage(Dice& dice)
{
    SolanaMessage message;
    message.version = 1;
    const std::size_t keys = 1 + dice.below(64);
    message.requiredSignatures = static_cast<std::uint8_t>(1 + dice.below(std::min<std::size_t>(keys, 12)));
    message.readonlySigned = static_cast<std::uint8_t>(dice.below(message.requiredSignatures));
    message.readonlyUnsigned = static_cast<std::uint8_t>(dice.below(keys - message.requiredSignatures + 1));
    for (std::size_t i = 0; i < keys; ++i) {
        message.accountKeys.push_back(dice.address());
    }
    message.recentBlockhash = dice.address();
    const auto random32 = [&] { return static_cast<std::uint32_t>(dice.below(UINT32_MAX)); };
    if (dice.chance()) {
        message.config.priorityFeeLamports = (std::uint64_t{random32()} << 32U) | random32();
    }
    if (dice.chance()) {
        message.config.computeUnitLimit = random32();
    }
    if (dice.chance()) {
        message.config.loadedAccountsDataSizeLimit = random32();
    }
    if (dice.chance()) {
        message.config.heapSize = static_cast<std::uint32_t>(1024 * (32 + dice.below(225)));
    }
    for (std::size_t left = keys == 1 ? 0 : dice.below(12); left > 0; --left) {
        SolanaInstruction instruction;
        instruction.programIdIndex = static_cast<std::uint8_t>(1 + dice.below(keys - 1));
        instruction.accounts.resize(dice.below(20));
        std::ranges::generate(instruction.accounts,
                              [&] { return static_cast<std::uint8_t>(dice.below(keys)); });
        instruction.data.resize(dice.below(90));
        std::ranges::generate(instruction.data, [&] { return dice.byte(); });
        message.instructions.push_back(std::move(instruction));
    }
    return message;
}

solana::OffchainMessage randomOffchain(Dice& dice)
{
    solana::OffchainMessage message;
    message.version = static_cast<int>(dice.below(2));
    for (std::size_t left = 1 + dice.below(6); left > 0; --left) {
        message.signers.push_back(dice.address());
    }
    if (message.version == 0) {
        message.applicationDomain = dice.address();
        message.format = static_cast<solana::OffchainFormat>(dice.below(3));
    } else {
        std::ranges::sort(message.signers);
    }
    const bool isAscii = message.version == 0 && message.format == solana::OffchainFormat::RestrictedAscii;
    for (std::size_t left = 1 + dice.below(300); left > 0; --left) {
        message.text += isAscii || dice.chance() ? std::string(1, static_cast<char>(0x20 + dice.below(0x5f)))
                                                 : std::string("\xc3\xa4\n");
    }
    return message;
}

Bytes bytesOf(const Json& test, const char* member)
{
    return *fromBase64(test[member].get<std::string>());
}

/// Signs for everybody who has not; where nobody has and the blockhash is open, that is filled in first.
Status complete(SolanaTransaction& transaction, const Json& keyPairs)
{
    if (transaction.isBlockhashOpen() &&
        transaction.missingSigners().size() == transaction.signatures.size()) {
        SolanaAddress blockhash;
        blockhash.fill(0x5a);
        transaction = *transaction.withBlockhash(blockhash);
    }
    for (const Json& pair : keyPairs) {
        const SolanaAddress address = *parseSolanaAddress(pair["address"].get<std::string>());
        if (transaction.isSigned(*transaction.signerIndex(address))) {
            continue;
        }
        const SecretBytes seed = *secretFromHex(pair["seedHex"].get<std::string>());
        RETURN_IF_ERROR(transaction.placeSignature(address, *ed25519::sign(seed, transaction.messageBytes)));
    }
    return {};
}

}  // namespace

class SolanaV1ByKitTest : public QObject
{
    Q_OBJECT

    testing::NodeOracle m_kit{"solana-v1.mjs", "@solana/kit"};
    std::uint32_t m_seed = QRandomGenerator::global()->bounded(1'000'000U);
    Json m_cases;

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_kit.isInstalled()) {
            QSKIP(testing::NodeOracle::reason());
        }
        qInfo("seed %u", m_seed);
        const Json made = m_kit.ask("make", {{"seed", m_seed}, {"count", caseCount}});
        QVERIFY2(made.is_object(), "solana-v1.mjs failed");
        m_cases = made["cases"];
        QCOMPARE(m_cases.size(), std::size_t{caseCount});
    }

    void seesWhatKitSees()
    {
        int partial = 0;
        int nonces = 0;
        std::size_t longest = 0;
        for (const Json& test : m_cases) {
            const std::string name = test["name"].get<std::string>();
            const Bytes bytes = bytesOf(test, "transactionBase64");
            const auto transaction = solana::parseTransaction(bytes);
            QVERIFY2(transaction.has_value(), name.c_str());
            QVERIFY2(viewOf(*transaction) == test["view"], name.c_str());
            QVERIFY2(transaction->messageBytes == bytesOf(test, "messageBase64"), name.c_str());
            QVERIFY2(transaction->serialize() == bytes, name.c_str());
            QVERIFY2(solana::serialize(transaction->message) == transaction->messageBytes, name.c_str());
            QVERIFY2(transaction->verifyPresentSignatures().has_value(), name.c_str());
            QVERIFY2(*solana::parseTransactionOrMessage(bytes) == *transaction, name.c_str());
            const auto bare = solana::parseTransactionOrMessage(transaction->messageBytes);
            QVERIFY2(bare && bare->message == transaction->message, name.c_str());
            QVERIFY2(solana::looksLikeTransaction(transaction->messageBytes), name.c_str());
            const std::size_t missing = transaction->missingSigners().size();
            partial += missing > 0 && missing < transaction->signatures.size() ? 1 : 0;
            nonces += transaction->usesDurableNonce() ? 1 : 0;
            longest = std::max(longest, bytes.size());
        }
        // All kinds have come up.
        QVERIFY(partial > 0 && nonces > 0 && longest > solana::maxTransactionBytes);
    }

    /// With one signature altered the judge must say so, or its judgement would mean nothing.
    void completesTransactionsForKit()
    {
        Json request = {{"transactions", Json::array()}};
        std::vector<SolanaTransaction> completed;
        for (const Json& test : m_cases) {
            SolanaTransaction transaction = *solana::parseTransaction(bytesOf(test, "transactionBase64"));
            QVERIFY2(complete(transaction, test["keyPairs"]).has_value(),
                     test["name"].get<std::string>().c_str());
            QVERIFY(transaction.missingSigners().empty());
            request["transactions"].push_back(
                {{"name", test["name"]}, {"base64", toBase64(transaction.serialize())}});
            completed.push_back(transaction);
        }
        SolanaTransaction altered = completed.front();
        altered.signatures[0][40] ^= 1;
        request["transactions"].push_back({{"name", "altered"}, {"base64", toBase64(altered.serialize())}});

        const Json verdicts = m_kit.ask("judge", request)["verdicts"];
        QCOMPARE(verdicts.size(), completed.size() + 1);
        for (std::size_t i = 0; i < completed.size(); ++i) {
            const Json& verdict = verdicts[i];
            const std::string name = verdict["name"].get<std::string>();
            QVERIFY2(verdict["view"] == viewOf(completed[i]), name.c_str());
            QVERIFY2(bytesOf(verdict, "rewrittenBase64") == completed[i].serialize(), name.c_str());
            for (const Json& verified : verdict["verified"]) {
                QVERIFY2(verified == true, name.c_str());
            }
        }
        QVERIFY(verdicts.back()["verified"][0] == false);
    }

    void writesWhatKitReads()
    {
        Json request = {{"transactions", Json::array()}};
        std::vector<SolanaTransaction> written;
        Dice dice(m_seed);
        while (written.size() < caseCount) {
            const auto transaction =
                solana::parseTransactionOrMessage(solana::serialize(randomMessage(dice)));
            if (!transaction) {
                QVERIFY(transaction.error().detail.startsWith(u"longer than the network carries"));
                continue;
            }
            request["transactions"].push_back(
                {{"name", std::to_string(written.size())}, {"base64", toBase64(transaction->serialize())}});
            written.push_back(*transaction);
        }
        const Json verdicts = m_kit.ask("judge", request)["verdicts"];
        QCOMPARE(verdicts.size(), written.size());
        for (std::size_t i = 0; i < written.size(); ++i) {
            const std::string name = verdicts[i]["name"].get<std::string>();
            QVERIFY2(verdicts[i]["view"] == viewOf(written[i]), name.c_str());
            QVERIFY2(bytesOf(verdicts[i], "rewrittenBase64") == written[i].serialize(), name.c_str());
        }
    }

    void readsOffchainMessages()
    {
        const Json made = m_kit.ask("makeOffchain", {{"seed", m_seed}, {"count", caseCount}});
        QCOMPARE(made["cases"].size(), std::size_t{caseCount});
        for (const Json& test : made["cases"]) {
            const std::string name = test["name"].get<std::string>();
            const Bytes bytes = bytesOf(test, "base64");
            const auto message = solana::parseOffchainMessage(bytes);
            QVERIFY2(message.has_value(), name.c_str());
            QVERIFY2(viewOf(*message) == test["view"], name.c_str());
            QVERIFY2(*solana::serialize(*message) == bytes, name.c_str());
        }
    }

    void writesOffchainMessages()
    {
        Json request = {{"messages", Json::array()}};
        std::vector<solana::OffchainMessage> written;
        Dice dice(m_seed);
        for (int i = 0; i < caseCount; ++i) {
            written.push_back(randomOffchain(dice));
            request["messages"].push_back(toBase64(*solana::serialize(written.back())));
        }
        const Json verdicts = m_kit.ask("judgeOffchain", request)["verdicts"];
        QCOMPARE(verdicts.size(), written.size());
        for (std::size_t i = 0; i < written.size(); ++i) {
            QVERIFY(verdicts[i]["view"] == viewOf(written[i]));
            QVERIFY(bytesOf(verdicts[i], "rewrittenBase64") == *solana::serialize(written[i]));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(SolanaV1ByKitTest)
#include "SolanaV1ByKit_test.moc"
