#include "core/chain/evm/transaction/EvmTransactionSpans.h"

#include "core/chain/evm/transaction/EvmTransaction.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <algorithm>

using namespace countersign;

namespace {

EvmTransaction transactionOfType(int type)
{
    EvmTransaction transaction;
    transaction.type = type;
    transaction.chainId = 11155111;
    transaction.nonce = 300;
    transaction.to = *parseEvmAddress("0x095e7baea6a6c7c4c2dfeb977efac326af552d87");
    transaction.value = 5;
    transaction.data = Bytes(4 + 32 + 32 + 3, 0x11);
    transaction.gasLimit = 21'000;
    if (type < 2) {
        transaction.gasPrice = 1'000'000'007;
    } else {
        transaction.maxFeePerGas = 2'000'000'000;
        transaction.maxPriorityFeePerGas = 0;
    }
    if (type > 0) {
        transaction.accessList = {{*transaction.to, {Bytes32{}, Bytes32{7}}}, {EvmAddress{}, {}}};
    }
    if (type == 3) {
        transaction.maxFeePerBlobGas = 3;
        transaction.blobVersionedHashes = {Bytes32{1}};
    }
    if (type == 4) {
        transaction.authorizationList = {{.chainId = 0, .address = *transaction.to, .nonce = 9, .s = 1}};
    }
    return transaction;
}

bool tile(const std::vector<ByteSpan>& spans, std::size_t size)
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

/// The value of a field: the last span of its path, behind its length.
Bytes valueAt(const std::vector<ByteSpan>& spans, const Bytes& bytes, std::string_view path)
{
    Bytes value;
    for (const ByteSpan& span : spans) {
        if (span.path == path) {
            value = toBytes(BytesView(bytes).subspan(span.offset, span.length));
        }
    }
    return value;
}

}  // namespace

class EvmTransactionSpansTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTypeIsTiled()
    {
        for (int type = 0; type <= 4; ++type) {
            const Bytes bytes = serializeUnsigned(transactionOfType(type));
            const auto spans = evmTransactionSpans(bytes);
            QVERIFY(spans.has_value());
            QVERIFY(tile(*spans, bytes.size()));
            QCOMPARE(valueAt(*spans, bytes, "nonce"), Bytes({0x01, 0x2c}));
            QCOMPARE(valueAt(*spans, bytes, "to"), toBytes(*transactionOfType(type).to));
            QCOMPARE(valueAt(*spans, bytes, "value"), Bytes{5});
            QCOMPARE(valueAt(*spans, bytes, "chainId"), Bytes({0xaa, 0x36, 0xa7}));
        }
        EvmTransaction everywhere = transactionOfType(0);
        everywhere.chainId.reset();
        const Bytes bytes = serializeUnsigned(everywhere);
        QVERIFY(tile(*evmTransactionSpans(bytes), bytes.size()));
    }

    void calldataIsSelectorAndWords()
    {
        const Bytes bytes = serializeUnsigned(transactionOfType(2));
        const auto spans = *evmTransactionSpans(bytes);
        QCOMPARE(valueAt(spans, bytes, "data.selector"), Bytes(4, 0x11));
        QCOMPARE(valueAt(spans, bytes, "data.0").size(), 32U);
        QCOMPARE(valueAt(spans, bytes, "data.1").size(), 32U);
        QCOMPARE(valueAt(spans, bytes, "data.rest").size(), 3U);
        QVERIFY(valueAt(spans, bytes, "data.2").empty());
        EvmTransaction three = transactionOfType(2);
        three.data = {1, 2, 3};
        const Bytes odd = serializeUnsigned(three);
        QCOMPARE(valueAt(*evmTransactionSpans(odd), odd, "data"), Bytes({1, 2, 3}));
    }

    void aCreationsCodeIsNoCalldata()
    {
        EvmTransaction creation = transactionOfType(2);
        creation.to.reset();
        const Bytes bytes = serializeUnsigned(creation);
        const auto spans = *evmTransactionSpans(bytes);
        QCOMPARE(valueAt(spans, bytes, "data"), creation.data);
        QVERIFY(tile(spans, bytes.size()));
    }

    void listsNameTheirMembers()
    {
        const Bytes bytes = serializeUnsigned(transactionOfType(4));
        const auto spans = *evmTransactionSpans(bytes);
        QCOMPARE(valueAt(spans, bytes, "accessList.0.address"), toBytes(*transactionOfType(4).to));
        QCOMPARE(valueAt(spans, bytes, "accessList.0.storageKeys.1").front(), 7);
        QCOMPARE(valueAt(spans, bytes, "accessList.1.storageKeys"), Bytes{0xc0});
        QCOMPARE(valueAt(spans, bytes, "authorizationList.0.nonce"), Bytes{9});
        QCOMPARE(valueAt(spans, bytes, "authorizationList.0.chainId"), Bytes{0x80});  // an empty string
        const Bytes blob = serializeUnsigned(transactionOfType(3));
        QCOMPARE(valueAt(*evmTransactionSpans(blob), blob, "blobVersionedHashes.0").front(), 1);
    }

    void hugeCalldataHasBoundedSpans()
    {
        EvmTransaction huge = transactionOfType(2);
        huge.data = Bytes(4 + 32 * (maxCalldataWords + 10), 0x22);
        const Bytes bytes = serializeUnsigned(huge);
        const auto spans = *evmTransactionSpans(bytes);
        QVERIFY(tile(spans, bytes.size()));
        QCOMPARE(valueAt(spans, bytes, "data.rest").size(), 320U);
    }

    void whatIsNoUnsignedTransactionHasNoSpans()
    {
        const Bytes bytes = serializeUnsigned(transactionOfType(2));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            QVERIFY(!evmTransactionSpans(BytesView(bytes).first(size)));
        }
        Bytes trailing = bytes;
        trailing.push_back(0);
        QVERIFY(!evmTransactionSpans(trailing));
        // One that is signed: r = s = 1 is a signature in form.
        secp256k1::Signature signature{};
        signature.r.back() = 1;
        signature.s.back() = 1;
        const auto complete = serializeSigned(transactionOfType(2), signature);
        QVERIFY(complete && !evmTransactionSpans(*complete));
    }
};

COUNTERSIGN_APPLESS_TEST(EvmTransactionSpansTest)
#include "EvmTransactionSpans_test.moc"
