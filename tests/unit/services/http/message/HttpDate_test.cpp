#include "services/http/message/HttpDate.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class HttpDateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTheFixedForm()
    {
        // The example of RFC 9110 §5.6.7.
        QCOMPARE(http::toHttpDate(784'111'777'000), std::string("Sun, 06 Nov 1994 08:49:37 GMT"));
        QCOMPARE(http::toHttpDate(0), std::string("Thu, 01 Jan 1970 00:00:00 GMT"));
        QCOMPARE(http::toHttpDate(951'782'400'999), std::string("Tue, 29 Feb 2000 00:00:00 GMT"));
    }
};

COUNTERSIGN_GUILESS_TEST(HttpDateTest)
#include "HttpDate_test.moc"
