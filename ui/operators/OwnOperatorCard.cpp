#include "ui/operators/OwnOperatorCard.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

OwnOperatorCard::OwnOperatorCard(QWidget* parent) : QFrame(parent)
{
    setProperty("role", QStringLiteral("card"));  // ui/theme/StyleSheet.cpp
    m_headline = plainLabel({}, this, Theme::font(1.1, QFont::DemiBold));
    m_sentence = mutedLabel({}, this);
    m_sentence->setWordWrap(true);
    m_key = new KeyView(false, this);
    m_make = new QPushButton(tr("Make this desk's operator …"), this);
    connect(m_make, &QPushButton::clicked, this, &OwnOperatorCard::makeWanted);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_headline, 1);
    head->addWidget(m_make);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 10, 12, 10);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addWidget(m_sentence);
    layout->addWidget(m_key);
    show(KnownOperators());
}

void OwnOperatorCard::show(const KnownOperators& known)
{
    const bool isThere = known.own.has_value();
    m_key->setVisible(isThere);
    m_make->setVisible(!isThere && known.ownProblem.isEmpty());
    m_sentence->setProperty("role",
                            known.ownProblem.isEmpty() ? QStringLiteral("muted") : QStringLiteral("bad"));
    m_sentence->setStyleSheet(QString());  // the role is another one
    if (isThere) {
        m_headline->setText(tr("This desk: %1").arg(visibleText(known.own->name)));
        m_sentence->setText(
            tr("Other desks register this key. Read them the words on a line that they know."));
        m_key->show(known.own->publicKey);
    } else if (!known.ownProblem.isEmpty()) {
        m_headline->setText(tr("This desk's operator cannot be used"));
        m_sentence->setText(known.ownProblem);
    } else {
        m_headline->setText(tr("This desk has no operator yet"));
        m_sentence->setText(
            tr("Jobs can be approved here as before. For statements that other desks count, this "
               "desk needs a name and a key of its own."));
    }
}

}  // namespace countersign
