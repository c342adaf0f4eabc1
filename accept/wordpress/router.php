<?php
// Router for PHP's built-in server: a file that exists (an upload, a style sheet, a script) is served or run as it is,
// everything else is WordPress' front controller, so that permalinks and /wp-json/ work without a web server.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file($root . $path)) {
    return false;
}
foreach (['SCRIPT_NAME', 'PHP_SELF'] as $name) {
    $_SERVER[$name] = '/index.php';
}
$_SERVER['SCRIPT_FILENAME'] = $root . '/index.php';
chdir($root);
require $root . '/index.php';
