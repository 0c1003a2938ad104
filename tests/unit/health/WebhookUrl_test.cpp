#include "core/health/WebhookUrl.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class WebhookUrlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judges_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<bool>("isTaken");
        const auto add = [](const char* url, bool isTaken) {
            QTest::newRow(url) << QByteArray(url) << isTaken;
        };
        add("https://relay.example.com/hooks/x", true);
        add("https://relay.example.com", true);
        add("https://a.io?x=1", true);
        add("https://relay.example.technology/", true);
        add("arn:aws:sns:eu-central-1:123456789012:topic", true);
        add("arn:aws:sns:eu-central-1:12345:topic", false);
        add("http://relay.example.com/", false);
        add("https://relay.example.com:443/", false);
        add("https://relay.example.com:/", false);
        add("https://Relay.example.com/", false);
        add("https://127.0.0.1/", false);
        add("https://127.0.0.1:8787/hooks", false);
        add("https://[::1]/", false);
        add("https://[::1]:8787/", false);
        add("https://relay/", false);
        add("https://relay.e/", false);
        add("https://relay.internationale/", false);
        add("https://relay.c0m/", false);
        add("https://-relay.example.com/", false);
        add("https://relay..example.com/", false);
        add("https://relay.example.com./", false);
        add("https://user@relay.example.com/", false);
        add("https://", false);
        add("", false);
        add("relay.example.com", false);
        add("https://relay.example.com\n/", false);
        QTest::newRow("long") << ("https://relay.example.com/" + QByteArray(3000, 'x')) << false;
        QTest::newRow("long label") << ("https://" + QByteArray(64, 'x') + ".example.com/") << false;
        QTest::newRow("no UTF-8") << QByteArray("https://\xff.example.com/") << false;
    }
    void judges()
    {
        QFETCH(QByteArray, url);
        QFETCH(bool, isTaken);
        const auto problem = webhookUrlProblem(url.toStdString());
        QVERIFY2(problem.has_value() != isTaken, qPrintable(problem.value_or(QString())));
        QVERIFY(!problem || problem->endsWith(u'.'));
    }
};

COUNTERSIGN_APPLESS_TEST(WebhookUrlTest)
#include "WebhookUrl_test.moc"
