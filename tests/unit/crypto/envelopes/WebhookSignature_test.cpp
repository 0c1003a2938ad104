#include "core/crypto/envelopes/WebhookSignature.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <array>

using namespace countersign;

namespace {

constexpr std::string_view webhookSignatureBody = R"({"eventName":"ping","data":{"message":"hi"}})";
constexpr std::string_view secretText = "test_webhook_secret";
// The check value of the protocol reference, §1.1.
constexpr std::string_view knownSignature =
    "sha256=a0b4efd3feb4ae547fe7818f0a7a0de0ea52566abbde611a0412e06f1a33d6ef";

std::vector<SecretBytes> secretsOf(std::initializer_list<std::string_view> texts)
{
    std::vector<SecretBytes> secrets;
    for (const std::string_view text : texts) {
        secrets.push_back(SecretBytes::copyOf(text));
    }
    return secrets;
}

WebhookVerdict verdictOf(std::string_view header, std::string_view ofBody = webhookSignatureBody)
{
    return verifyWebhook(header, asBytes(ofBody), secretsOf({secretText})).verdict;
}

WebhookVerdict verdictOf(const HeaderFields& headers, OldSignatureHeader old = OldSignatureHeader::Refuse)
{
    return verifyWebhookHeaders(headers, asBytes(webhookSignatureBody), secretsOf({secretText}), old).verdict;
}

std::string replaced(std::size_t position, char with)
{
    std::string text(knownSignature);
    text.at(position) = with;
    return text;
}

}  // namespace

class WebhookSignatureTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesTheReference()
    {
        QCOMPARE(signWebhook(SecretBytes::copyOf(secretText), asBytes(webhookSignatureBody)),
                 std::string(knownSignature));
        QCOMPARE(verdictOf(knownSignature), WebhookVerdict::Valid);
    }

    void hashesRawBytes()
    {
        QCOMPARE(verdictOf(knownSignature, R"({"data":{"message":"hi"},"eventName":"ping"})"),
                 WebhookVerdict::Mismatch);
        QCOMPARE(verdictOf(knownSignature, std::string(webhookSignatureBody) + "\n"),
                 WebhookVerdict::Mismatch);
        QCOMPARE(verdictOf(knownSignature, ""), WebhookVerdict::Mismatch);
        const std::string binary("\0\xff\n\0", 4);
        const SecretBytes secret = SecretBytes::copyOf(secretText);
        QCOMPARE(verdictOf(signWebhook(secret, asBytes(binary)), binary), WebhookVerdict::Valid);
    }

    void everyDigitCounts()
    {
        for (std::size_t i = 7; i < knownSignature.size(); ++i) {
            QCOMPARE(verdictOf(replaced(i, knownSignature[i] == '0' ? '1' : '0')), WebhookVerdict::Mismatch);
        }
    }

    void refusesMalformedHeaders_data()
    {
        QTest::addColumn<QByteArray>("header");
        const QByteArray good(knownSignature.data(), qsizetype(knownSignature.size()));
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("digits alone") << good.mid(7);
        QTest::newRow("upper-case digits") << QByteArray("sha256=") + good.mid(7).toUpper();
        QTest::newRow("one upper-case digit") << QByteArray::fromStdString(replaced(7, 'A'));
        QTest::newRow("upper-case prefix") << QByteArray("SHA256=") + good.mid(7);
        QTest::newRow("other algorithm") << QByteArray("sha512=") + good.mid(7);
        QTest::newRow("one short") << good.chopped(1);
        QTest::newRow("one long") << good + "0";
        QTest::newRow("leading space") << " " + good;
        QTest::newRow("trailing newline") << good + "\n";
        QTest::newRow("two joined") << good + "," + good;
        QTest::newRow("not hex") << QByteArray::fromStdString(replaced(70, 'g'));
        QTest::newRow("zero byte") << QByteArray::fromStdString(replaced(70, '\0'));
        QTest::newRow("0x prefix") << QByteArray("sha256=0x") + good.mid(9);
    }

    void refusesMalformedHeaders()
    {
        QFETCH(QByteArray, header);
        QCOMPARE(verdictOf(header.toStdString()), WebhookVerdict::MalformedHeader);
    }

    void saysWhichSecretMatched()
    {
        const auto secrets = secretsOf({"new", "", std::string_view(secretText), secretText});
        const auto result = verifyWebhook(knownSignature, asBytes(webhookSignatureBody), secrets);
        QVERIFY(result.isValid());
        QCOMPARE(result.secretIndex, std::optional<std::size_t>(2));
        const auto wrong =
            verifyWebhook(knownSignature, asBytes(webhookSignatureBody), secretsOf({"new", "older"}));
        QCOMPARE(wrong.verdict, WebhookVerdict::Mismatch);
        QVERIFY(!wrong.secretIndex);
    }

    void anEmptySecretVerifiesNothing()
    {
        const std::string forged = signWebhook(SecretBytes(), asBytes(webhookSignatureBody));
        QCOMPARE(verifyWebhook(forged, asBytes(webhookSignatureBody), secretsOf({""})).verdict,
                 WebhookVerdict::NoSecret);
        QCOMPARE(verifyWebhook(forged, asBytes(webhookSignatureBody), {}).verdict, WebhookVerdict::NoSecret);
        QCOMPARE(verifyWebhook(forged, asBytes(webhookSignatureBody), secretsOf({"", "real"})).verdict,
                 WebhookVerdict::Mismatch);
    }

    void wantsExactlyOneHeader()
    {
        const std::string good(knownSignature);
        const std::string name(webhookSignatureHeader);
        QCOMPARE(verdictOf(HeaderFields{{"content-type", "application/json"}, {name, good}}),
                 WebhookVerdict::Valid);
        QCOMPARE(verdictOf(HeaderFields{{"X-Dynamic-Signature-256", good}}), WebhookVerdict::Valid);
        QCOMPARE(verdictOf(HeaderFields{}), WebhookVerdict::MissingHeader);
        QCOMPARE(verdictOf(HeaderFields{{"x-dynamic-signature-2566", good}}), WebhookVerdict::MissingHeader);
        QCOMPARE(verdictOf(HeaderFields{{name, good}, {name, good}}), WebhookVerdict::RepeatedHeader);
        QCOMPARE(verdictOf(HeaderFields{{name, good}, {"X-DYNAMIC-SIGNATURE-256", "x"}}),
                 WebhookVerdict::RepeatedHeader);
    }

    void takesTheOldNameOnlyWhenAsked()
    {
        const std::string good(knownSignature);
        const std::string oldName(oldWebhookSignatureHeader);
        const std::string name(webhookSignatureHeader);
        const HeaderFields old{{oldName, good}};
        QCOMPARE(verdictOf(old), WebhookVerdict::MissingHeader);
        QCOMPARE(verdictOf(old, OldSignatureHeader::Accept), WebhookVerdict::Valid);
        // The current name decides where both are present.
        QCOMPARE(verdictOf(HeaderFields{{oldName, good}, {name, "bad"}}, OldSignatureHeader::Accept),
                 WebhookVerdict::MalformedHeader);
        QCOMPARE(verdictOf(HeaderFields{{oldName, good}, {oldName, good}}, OldSignatureHeader::Accept),
                 WebhookVerdict::RepeatedHeader);
    }

    void everyVerdictHasASentence()
    {
        QStringList sentences;
        for (const auto verdict :
             {WebhookVerdict::Valid, WebhookVerdict::MissingHeader, WebhookVerdict::RepeatedHeader,
              WebhookVerdict::MalformedHeader, WebhookVerdict::NoSecret, WebhookVerdict::Mismatch}) {
            sentences += WebhookVerification{verdict, {}}.reason();
        }
        QVERIFY(!sentences.contains(QString()));
        QCOMPARE(sentences.removeDuplicates(), 0);
    }
};

COUNTERSIGN_APPLESS_TEST(WebhookSignatureTest)
#include "WebhookSignature_test.moc"
