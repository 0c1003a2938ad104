#include "ui/widgets/identity/CopyButton.h"

#include "ui/theme/Icons.h"

#include <QClipboard>
#include <QGuiApplication>

namespace countersign {

CopyButton::CopyButton(QString text, const QString& what, QWidget* parent)
    : QToolButton(parent), m_text(std::move(text))
{
    setIcon(themeIcon(QStringLiteral("copy")));
    setIconSize(QSize(14, 14));
    setToolTip(what);
    setAccessibleName(what);
    setFocusPolicy(Qt::TabFocus);
    m_back.setSingleShot(true);
    m_back.setInterval(1500);
    connect(this, &QToolButton::clicked, this, &CopyButton::copy);
    connect(&m_back, &QTimer::timeout, this, [this] { setIcon(themeIcon(QStringLiteral("copy"))); });
}

void CopyButton::copy()
{
    QGuiApplication::clipboard()->setText(m_text);
    setIcon(themeIcon(QStringLiteral("check")));
    m_back.start();
}

}  // namespace countersign
