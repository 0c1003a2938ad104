#pragma once

#include <QObject>
#include <QString>

namespace countersign {

/// Whether amounts can be read on the screen, in all windows alike: they are hidden with one key while
/// somebody looks over an operator's shoulder, and shown again with the same. Not remembered: a program that
/// starts shows them.
class AmountVisibility : public QObject
{
    Q_OBJECT

public:
    static AmountVisibility& instance();

    bool isHidden() const { return m_hidden; }
    void setHidden(bool hidden);

Q_SIGNALS:
    void changed();

private:
    AmountVisibility() = default;

    bool m_hidden = false;
};

/// The text with "•••" in the place of every number that stands by itself. Addresses and hashes stay, because
/// their digits stand among letters; so does a number in words. Rather too much is hidden (a date, a chain's
/// id) than an amount left.
QString withoutAmounts(const QString& text);
/// The same while amounts are hidden, else the text as it is.
QString shownAmounts(const QString& text);

}  // namespace countersign
