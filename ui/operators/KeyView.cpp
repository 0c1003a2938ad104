#include "ui/operators/KeyView.h"

#include "core/policy/operators/KeyWords.h"
#include "ui/text/OperatorText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

KeyView::KeyView(bool isCodeShown, QWidget* parent) : QWidget(parent)
{
    m_words = plainLabel({}, this, Theme::font(1.1, QFont::DemiBold));
    m_words->setWordWrap(true);
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_words->setAccessibleName(tr("The key in words"));
    m_copyWords = new CopyButton({}, tr("Copy the words"), this);
    m_digits = new AddressView(this);
    m_copy = new CopyButton({}, tr("Copy the public key"), this);
    m_showCode = new QToolButton(this);
    m_showCode->setIcon(themeIcon(QStringLiteral("qr")));
    m_showCode->setIconSize(QSize(14, 14));
    m_showCode->setCheckable(true);
    m_showCode->setToolTip(tr("Show the QR code of the public key"));
    m_showCode->setAccessibleName(m_showCode->toolTip());
    m_code = new QrCode(this);
    m_code->hide();
    connect(m_showCode, &QToolButton::toggled, m_code, &QWidget::setVisible);

    auto* words = new QHBoxLayout;
    words->setSpacing(4);
    words->addWidget(m_words, 1);
    words->addWidget(m_copyWords, 0, Qt::AlignTop);
    auto* digits = new QHBoxLayout;
    digits->setSpacing(4);
    digits->addWidget(m_digits, 1);
    digits->addWidget(m_showCode, 0, Qt::AlignTop);
    digits->addWidget(m_copy, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(words);
    layout->addLayout(digits);
    layout->addWidget(m_code, 0, Qt::AlignLeft);
    m_showCode->setChecked(isCodeShown);
}

void KeyView::show(const ed25519::PublicKey& key)
{
    const QString digits = operatorKeyText(key);
    const QString words = QString::fromStdString(keyWords(key));
    m_words->setText(words);
    m_copyWords->setCopiedText(words);
    m_digits->setAddress(digits);
    m_copy->setCopiedText(digits);
    m_code->show(tr("public key"), digits);
    m_code->setVisible(m_showCode->isChecked());
}

}  // namespace countersign
