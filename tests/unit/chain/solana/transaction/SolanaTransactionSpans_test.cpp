#include "core/chain/solana/transaction/SolanaTransactionSpans.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

bool tileMessage(const std::vector<ByteSpan>& spans, std::size_t size)
{
    std::size_t end = 0;
    for (const ByteSpan& span : spans) {
        if (span.offset != end || span.length == 0) {
            return false;
        }
        end += span.length;
    }
    return end == size;
}

Bytes named(const std::vector<ByteSpan>& spans, const Bytes& bytes, std::string_view label,
            std::string_view path)
{
    for (const ByteSpan& span : spans) {
        if (span.label == label && span.path == path) {
            return toBytes(BytesView(bytes).subspan(span.offset, span.length));
        }
    }
    return {};
}

}  // namespace

class SolanaTransactionSpansTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyVersionIsTiled()
    {
        for (const SolanaMessage& message : {plainMessage(), lookupMessage(), v1Message()}) {
            const Bytes bytes = solana::serialize(message);
            const auto spans = solanaMessageSpans(bytes);
            QVERIFY(spans.has_value());
            QVERIFY(tileMessage(*spans, bytes.size()));
            QCOMPARE(named(*spans, bytes, "numRequiredSignatures", "header.numRequiredSignatures"), Bytes{2});
            QCOMPARE(named(*spans, bytes, "account 2", "accountKeys.2"), Bytes(32, 3));
            QCOMPARE(named(*spans, bytes, "recentBlockhash", "recentBlockhash"), Bytes(32, 9));
            QCOMPARE(named(*spans, bytes, "programIdIndex", "instructions.0.programIdIndex"), Bytes{3});
            QCOMPARE(named(*spans, bytes, "data", "instructions.0.data"), Bytes({0xaa, 0xbb}));
        }
    }

    void lookupsAndConfigurationAreNamed()
    {
        const Bytes lookup = solana::serialize(lookupMessage());
        const auto spans = *solanaMessageSpans(lookup);
        QCOMPARE(named(spans, lookup, "version", "version"), Bytes{0x80});
        QCOMPARE(named(spans, lookup, "accountKey", "addressTableLookups.0.accountKey"), Bytes(32, 7));
        QCOMPARE(named(spans, lookup, "writableIndexes", "addressTableLookups.0.writableIndexes"),
                 Bytes({10, 11}));
        QCOMPARE(named(spans, lookup, "readonlyIndexes", "addressTableLookups.0.readonlyIndexes"), Bytes{12});
        const Bytes v1 = solana::serialize(v1Message());
        const auto configured = *solanaMessageSpans(v1);
        QCOMPARE(named(configured, v1, "priorityFeeLamports", "config.priorityFeeLamports"),
                 Bytes({1, 2, 3, 4, 5, 6, 7, 8}));
        QCOMPARE(named(configured, v1, "heapSize", "config.heapSize"), Bytes({0, 0x80, 0, 0}));
    }

    /// A length of more than 127 has two bytes.
    void longListsHaveLongLengths()
    {
        SolanaMessage message = plainMessage();
        message.instructions.front().data = Bytes(200, 0x55);
        const Bytes bytes = solana::serialize(message);
        const auto spans = *solanaMessageSpans(bytes);
        QVERIFY(tileMessage(spans, bytes.size()));
        QCOMPARE(named(spans, bytes, "length", "instructions.0.data"), Bytes({0xc8, 0x01}));
        QCOMPARE(named(spans, bytes, "data", "instructions.0.data"), Bytes(200, 0x55));
    }

    void whatIsNoMessageHasNoSpans()
    {
        const Bytes bytes = solana::serialize(lookupMessage());
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            QVERIFY(!solanaMessageSpans(BytesView(bytes).first(size)));
        }
        Bytes trailing = bytes;
        trailing.push_back(0);
        QVERIFY(!solanaMessageSpans(trailing));
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaTransactionSpansTest)
#include "SolanaTransactionSpans_test.moc"
