#include "core/base/text/PlainName.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <string>

using namespace countersign;

class PlainNameTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesNamesOfPeople()
    {
        for (const std::string& name :
             {std::string("a"), std::string("Bäckerei an der Ecke"), std::string(64, 'a'),
              std::string("小林"), std::string("O'Neill-2")}) {
            QVERIFY2(isPlainName(name), name.c_str());
        }
    }

    void refusesWhatMisleads()
    {
        for (const std::string& name :
             {std::string(), std::string(" "), std::string(" shop"), std::string("shop "),
              std::string("sh\nop"), std::string("sh\0op", 5), std::string("shop\xe2\x80\xae"),
              std::string("sh\xc2\xa0op"), std::string("sh\xe2\x80\x8bop"), std::string("\xff"),
              std::string("\xef\xbb\xbfshop"), std::string(65, 'a')}) {
            QVERIFY2(!isPlainName(name), name.c_str());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(PlainNameTest)
#include "PlainName_test.moc"
