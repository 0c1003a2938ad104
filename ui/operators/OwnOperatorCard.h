#pragma once

#include "ui/operators/KeyView.h"
#include "ui/session/control/OperatorControl.h"

#include <QFrame>
#include <QPushButton>

namespace countersign {

/// The card with this desk's operator: the name, and the key as other desks need it; or how to make it, or
/// why it cannot be used.
class OwnOperatorCard : public QFrame
{
    Q_OBJECT

public:
    explicit OwnOperatorCard(QWidget* parent = nullptr);

    void show(const KnownOperators& known);
    void setCanMake(bool can) { m_make->setEnabled(can); }
    QString headline() const { return m_headline->text(); }
    QString sentence() const { return m_sentence->text(); }
    KeyView* key() const { return m_key; }
    QPushButton* makeButton() const { return m_make; }

Q_SIGNALS:
    void makeWanted();

private:
    QLabel* m_headline = nullptr;
    QLabel* m_sentence = nullptr;
    KeyView* m_key = nullptr;
    QPushButton* m_make = nullptr;
};

}  // namespace countersign
