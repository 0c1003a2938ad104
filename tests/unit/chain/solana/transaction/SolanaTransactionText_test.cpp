#include "core/chain/solana/transaction/SolanaTransactionText.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

using namespace countersign;

class SolanaTransactionTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBothEncodings()
    {
        for (const SolanaMessage& message :
             {test::plainMessage(), test::lookupMessage(), test::v1Message()}) {
            const auto transaction = *solana::parseTransactionOrMessage(solana::serialize(message));
            for (const Bytes& bytes : {transaction.serialize(), transaction.messageBytes}) {
                std::string upper = toHex(bytes);
                for (char& c : upper) {
                    c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
                }
                for (const std::string& text : {toBase64(bytes), toHex(bytes), toHexPrefixed(bytes), upper}) {
                    const auto read = solana::parseTransactionText(text);
                    QVERIFY2(read.has_value(), text.c_str());
                    QVERIFY(*read == transaction);
                }
            }
        }
    }

    void refusesEverythingElse_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto transaction = *solana::parseTransactionOrMessage(solana::serialize(test::v1Message()));
        const Bytes bytes = transaction.serialize();
        const auto row = [](const char* name, const std::string& text) {
            QTest::newRow(name) << QByteArray::fromStdString(text);
        };
        row("empty", "");
        row("0x", "0x");
        row("text", "hello there");
        row("Base58", toBase58(bytes));
        row("a blank", ' ' + toBase64(bytes));
        row("a newline", toHex(bytes) + '\n');
        row("no padding", toBase64(asBytes("\1")).substr(0, 2));
        row("half a byte", toHex(bytes).substr(1));
        row("cut off", toHex(bytes).substr(2));
        row("0x before base64", "0x" + toBase64(bytes));
        row("hex of base64", toHex(asBytes(toBase64(bytes))));
    }

    void refusesEverythingElse()
    {
        QFETCH(const QByteArray, text);
        const auto read = solana::parseTransactionText(text.toStdString());
        QVERIFY(!read.has_value());
        QCOMPARE(read.error().code, ErrorCode::InvalidInput);
        QVERIFY(!read.error().sentence.isEmpty());
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaTransactionTextTest)
#include "SolanaTransactionText_test.moc"
